"""One value that holds everything a report says; page and PDF only lay it out."""

from assessor.report.builder import build
from assessor.report.comparison import build_comparison
from assessor.report.model import (
    Agreed,
    Count,
    FacetLine,
    ItemLine,
    Line,
    Occasion,
    Report,
    RowLine,
    Shares,
)
from assessor.report.moves import ComparisonReport, ItemMove, RowMove
from assessor.report.people import unjudged
from assessor.report.points import Chosen

__all__ = [
    "Agreed",
    "Chosen",
    "ComparisonReport",
    "Count",
    "FacetLine",
    "ItemLine",
    "ItemMove",
    "Line",
    "Occasion",
    "Report",
    "RowLine",
    "RowMove",
    "Shares",
    "build",
    "build_comparison",
    "unjudged",
]
