"""The PDF: HTML from `reports/`, set by WeasyPrint in worker processes, on order and ahead; and PDFs that come back."""

from assessor.pdf.imprint import imprint
from assessor.pdf.intake import LARGEST, Intake, take_in
from assessor.pdf.jobs import Job, Jobs, Progress
from assessor.pdf.pages import DESIGNS, Edition, assessment_html, comparison_html, trend_html
from assessor.pdf.renderer import Renderer
from assessor.pdf.text import FILTERS

__all__ = [
    "DESIGNS",
    "FILTERS",
    "LARGEST",
    "Edition",
    "Intake",
    "Job",
    "Jobs",
    "Progress",
    "Renderer",
    "assessment_html",
    "comparison_html",
    "imprint",
    "take_in",
    "trend_html",
]
