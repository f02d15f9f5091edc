"""From a report to one HTML document, ready to be set."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Literal, get_args

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateNotFound

from assessor.errors import RenderError
from assessor.paths import content
from assessor.pdf.text import FILTERS

if TYPE_CHECKING:
    from pathlib import Path

    from assessor.report import ComparisonReport, Report, Trend

Edition = Literal["report", "board", "easy"]
Paper = Literal["a4", "letter"]
DESIGNS: dict[Edition, str] = {"report": "assessment", "board": "board", "easy": "easy"}


PAPERS: tuple[Paper, ...] = get_args(Paper)


def assessment_html(
    report: Report, folder: Path | None = None, edition: Edition = "report", paper: Paper = "a4"
) -> str:
    """Return the report of one assessment as HTML; `folder` holds other designs than ours.

    `edition`: the whole report, four pages for a board, or large and easy to read. Raises RenderError when a template
    is missing.
    """
    return _html(f"{DESIGNS[edition]}/report.html", report, folder, paper)


def comparison_html(report: ComparisonReport, folder: Path | None = None, paper: Paper = "a4") -> str:
    """Return the report of a comparison as HTML; `folder` holds other designs than ours.

    Raises RenderError when a template is missing.
    """
    return _html("comparison/report.html", report, folder, paper)


def trend_html(trend: Trend, folder: Path | None = None, paper: Paper = "a4") -> str:
    """Return the report of a trend as HTML; `folder` holds other designs than ours.

    Raises RenderError when a template is missing.
    """
    return _html("trend/report.html", trend, folder, paper)


def _html(name: str, report: Report | ComparisonReport | Trend, given: Path | None, paper: Paper) -> str:
    folder = given or content("reports")
    try:
        return _environment(folder, paper).get_template(name).render(report=report, bank=report.bank)
    except TemplateNotFound as error:
        raise RenderError(
            f"The template “{error.name}” is missing in {folder}: the installation is incomplete, please install again."
        ) from error


@cache
def _environment(folder: Path, paper: Paper) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(FILTERS)
    environment.globals["size"] = paper
    return environment
