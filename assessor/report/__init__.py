"""One value that holds everything a report says; page and PDF only lay it out."""

from assessor.report.basis import Basis, basis_of
from assessor.report.builder import build, lay_out
from assessor.report.comparison import compare_bases, compare_linked, compare_told
from assessor.report.lines import Agreed, Count, FacetLine, ItemLine, Line, Occasion, RowLine, Shares
from assessor.report.model import Report
from assessor.report.moves import ComparisonReport, ItemMove, RowMove
from assessor.report.people import unjudged
from assessor.report.points import Chosen
from assessor.report.trend import Absence, Absent, Mode, Trend, build_trend

__all__ = [
    "Absence",
    "Absent",
    "Agreed",
    "Basis",
    "Chosen",
    "ComparisonReport",
    "Count",
    "FacetLine",
    "ItemLine",
    "ItemMove",
    "Line",
    "Mode",
    "Occasion",
    "Report",
    "RowLine",
    "RowMove",
    "Shares",
    "Trend",
    "basis_of",
    "build",
    "build_trend",
    "compare_bases",
    "compare_linked",
    "compare_told",
    "lay_out",
    "unjudged",
]
