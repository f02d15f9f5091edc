"""A service over time: what its page shows, and the PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template, url_for

from assessor import series
from assessor.store import NotFound
from assessor.web.admission import FACILITATOR, READER, admits
from assessor.web.papers import Download, deliver, follow
from assessor.web.site import site

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from assessor.report import Absent, Mode

trends = Blueprint("trends", __name__, url_prefix="/services/<service_id>")
MODE = "<any(individual, consensus, survey):mode>"


@trends.get("/trend")
@admits(FACILITATOR, READER)
def page(service_id: str) -> str:
    """Show the scores of a service over time, each kind of assessment by itself."""
    found = [series.trend(site().bank, site().store, service_id, mode, site().now()) for mode in series.MODES]
    trends = [trend for trend in found if trend and len(trend.waves) > 1]
    modes = {trend.mode for trend in trends}
    return render_template(
        "trend.html",
        service=site().store.service(service_id),
        trends=trends,
        missed=[absent for mode in series.MODES if mode not in modes for absent in _missed(service_id, mode)],
        fewest=series.FEWEST,
    )


@trends.get(f"/trend-{MODE}.pdf")
@admits(FACILITATOR, READER)
def pdf(service_id: str, mode: Mode) -> ResponseReturnValue:
    """Send a service over time as PDF."""
    return deliver(_download(service_id, mode), url_for(".progress", service_id=service_id, mode=mode))


@trends.get(f"/trend-{MODE}")
@admits(FACILITATOR, READER)
def progress(service_id: str, mode: Mode) -> ResponseReturnValue:
    """Say how far the PDF is."""
    return follow(
        _download(service_id, mode),
        file=url_for(".pdf", service_id=service_id, mode=mode),
        back=url_for(".page", service_id=service_id),
    )


def _missed(service_id: str, mode: Mode) -> list[Absent]:
    """Return the waves of a mode that have no place in a trend, and why."""
    bank, store = site().bank, site().store
    waves = series.waves(bank, store, service_id, mode, site().now())
    return [series.absent(bank, store, wave) for wave in waves if not series.listed(bank, wave)]


def _download(service_id: str, mode: Mode) -> Download:
    """Return a trend as something to download."""
    bank, store, now = site().bank, site().store, site().now()
    waves = series.waves(bank, store, service_id, mode, now)
    if sum(series.listed(bank, wave) for wave in waves) < series.FEWEST:
        raise NotFound("There is nothing to show over time yet.")
    return Download(
        design="trend",
        about=tuple(waves),
        build=lambda: series.long_trend(bank, store, service_id, mode, now),
        render=site().renderer.trend,
        label="over time",
        facts=lambda: _standing(service_id, mode, now),
    )


def _standing(service_id: str, mode: Mode, now: str) -> tuple[str, ...]:
    """Return which waves a trend is made of, and which are only named and why: that decides what it says."""
    bank, store = site().bank, site().store
    waves = series.waves(bank, store, service_id, mode, now)
    return tuple(w.id if series.listed(bank, w) else f"{series.absent(bank, store, w).reason} {w.id}" for w in waves)
