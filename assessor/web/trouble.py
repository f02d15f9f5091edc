"""What a person sees when something went wrong: what happened, what is kept, what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app, redirect, render_template, request, url_for
from jinja2 import TemplateNotFound
from werkzeug.exceptions import HTTPException, SecurityError

from assessor.assessed import Outdated
from assessor.assessed.withheld import Withheld
from assessor.errors import AssessorError, RenderError
from assessor.store import Closed, Finished, Full, Gone, NotFound, Settled, Spent, Throttled, Unopened, Used
from assessor.web.admission import reads
from assessor.web.joining import joining
from assessor.web.sharing import sharing
from assessor.web.site import site

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

KNOWN = {400, 404, 405, 413}


def install(app: Flask) -> None:
    """Register what answers when something went wrong."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(SecurityError, _host)
    app.register_error_handler(NotFound, lambda _: (_page("404"), 404))
    app.register_error_handler(Finished, _finished)
    app.register_error_handler(Spent, lambda _: (_page("spent"), 410))
    app.register_error_handler(Closed, _closed)
    app.register_error_handler(Used, lambda error: (_page("used", error), 409))
    app.register_error_handler(Full, lambda error: (_page("full", error), 409))
    app.register_error_handler(Gone, lambda error: (_page("gone", error), 410))
    app.register_error_handler(Throttled, _throttled)
    app.register_error_handler(Withheld, _withheld)
    app.register_error_handler(Unopened, lambda error: (_page("unopened", error), 409))
    app.register_error_handler(Settled, lambda error: (_page("settled", error), 409))
    app.register_error_handler(Outdated, lambda error: (_page("outdated", error), 409))
    app.register_error_handler(RenderError, lambda error: (_page("pdf", error), 503))
    app.register_error_handler(AssessorError, lambda error: (_page("store", error), 503))
    app.register_error_handler(TemplateNotFound, _template)
    app.register_error_handler(Exception, _crash)


def _page(reason: str, error: Exception | None = None, *, over: bool = False) -> str:
    survey = request.blueprint in {joining.name, sharing.name}  # a person who came by a link has no first page here
    return render_template("error.html", reason=reason, error=error, survey=survey, over=over)


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error
    reason = str(error.code) if error.code in KNOWN else "400" if error.code < 500 else "500"
    return _page(reason), error.code, [(k, v) for k, v in error.get_headers() if k == "Allow"]


def _host(_: SecurityError) -> ResponseReturnValue:
    """Answer without a template: a page cannot link to itself under a name that is not ours."""
    return _plain(
        "This tool answers only under the names it was started with, and on its own computer as localhost.\n", 400
    )


def _finished(error: Finished) -> ResponseReturnValue:
    """Lead a resume link on to the result, if it is the visitor's to read; say so when something was sent."""
    if request.method == "GET" and reads(error.assessment_id):
        return redirect(url_for("results.result", assessment_id=error.assessment_id), 303)
    return _page("finished", error), 409


def _closed(error: Closed) -> ResponseReturnValue:
    now = site().now()
    reason = "grace" if error.survey.over(now) and error.survey.keeps(now) else "closed"
    if reason == "closed":  # what the page says is deleted must not wait for the lead
        site().store.surveys.settle(error.survey.id, now)
    return _page(reason if error.survey.over(now) else "early", error), 409


def _withheld(error: Withheld) -> ResponseReturnValue:
    return _page("withheld", error, over=error.survey.over(site().now())), 409


def _throttled(error: Throttled) -> ResponseReturnValue:
    return _page("throttled", error), 429, {"Retry-After": str(error.minutes * 60)}


def _template(error: TemplateNotFound) -> ResponseReturnValue:
    current_app.logger.error("The template %s is missing.", error.name)
    sentence = f"The template “{error.name}” is missing: the installation is incomplete, please install again.\n"
    return _plain(sentence, 500)


def _plain(sentence: str, status: int) -> ResponseReturnValue:
    return sentence, status, {"Content-Type": "text/plain; charset=utf-8"}


def _crash(error: Exception) -> ResponseReturnValue:
    current_app.logger.error("A page failed.", exc_info=error)
    return _page("500"), 500
