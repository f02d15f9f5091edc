"""Answers of one person or many: as they are given, as a table, and read from a CSV."""

from assessor.answers.model import BLANK, Answer, Answers, Response, gather, tabulate
from assessor.answers.sheet import parse

__all__ = ["BLANK", "Answer", "Answers", "Response", "gather", "parse", "tabulate"]
