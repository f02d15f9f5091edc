"""One value that holds everything a report says; page and PDF only lay it out."""

from assessor.report.builder import build
from assessor.report.comparison import build_comparison
from assessor.report.model import (
    ComparisonReport,
    Count,
    FacetLine,
    ItemLine,
    ItemMove,
    Line,
    Occasion,
    Report,
    RowLine,
    RowMove,
    Shares,
)

__all__ = [
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
]
