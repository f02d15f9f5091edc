"""Answers of one person or many: as they are given, as a table, and read from a CSV."""

from assessor.answers.model import BLANK, Answer, Answers, Response, gather, tabulate
from assessor.answers.sheet import parse
from assessor.answers.waves import Wave, listed

__all__ = ["BLANK", "Answer", "Answers", "Response", "Wave", "gather", "listed", "parse", "tabulate"]
