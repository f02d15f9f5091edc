"""The PDF: HTML from `reports/`, set by WeasyPrint in worker processes, on order and ahead; and PDFs that come back."""

from assessor.pdf.attachments import COMPARISON, NAME, TREND
from assessor.pdf.imprint import imprint
from assessor.pdf.intake import LARGEST, SECONDS, Intake, take_in
from assessor.pdf.jobs import Job, Jobs, Keeper, Progress
from assessor.pdf.pages import DESIGNS, PAPERS, Edition, Paper, assessment_html, comparison_html, trend_html
from assessor.pdf.passing import MINUTES, Passing
from assessor.pdf.renderer import Renderer
from assessor.pdf.text import FILTERS

__all__ = [
    "COMPARISON",
    "DESIGNS",
    "FILTERS",
    "LARGEST",
    "MINUTES",
    "NAME",
    "PAPERS",
    "SECONDS",
    "TREND",
    "Edition",
    "Intake",
    "Job",
    "Jobs",
    "Keeper",
    "Paper",
    "Passing",
    "Progress",
    "Renderer",
    "assessment_html",
    "comparison_html",
    "imprint",
    "take_in",
    "trend_html",
]
