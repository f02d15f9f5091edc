"""The PDF: HTML from `reports/`, set by WeasyPrint in a worker process of its own; and PDFs that come back."""

from assessor.pdf.intake import LARGEST, Intake, take_in
from assessor.pdf.pages import DESIGNS, Edition, assessment_html, comparison_html
from assessor.pdf.renderer import Renderer
from assessor.pdf.text import FILTERS

__all__ = [
    "DESIGNS",
    "FILTERS",
    "LARGEST",
    "Edition",
    "Intake",
    "Renderer",
    "assessment_html",
    "comparison_html",
    "take_in",
]
