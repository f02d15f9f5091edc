"""One value that holds everything a report says; page and PDF only lay it out."""

from assessor.report.basis import Basis, basis_of
from assessor.report.builder import build, lay_out
from assessor.report.comparison import build_comparison, compare_bases
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
    "Basis",
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
    "basis_of",
    "build",
    "build_comparison",
    "compare_bases",
    "lay_out",
    "unjudged",
]
