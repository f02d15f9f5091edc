"""Nothing in a PDF or around it can do harm, and a worker that fails is replaced."""

import http.server
import io
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from pypdf import PdfReader

from assessor.bank import Bank
from assessor.errors import RenderError
from assessor.paths import content
from assessor.pdf import Renderer, assessment_html, comparison_html
from assessor.pdf.renderer import Worker
from tests.papers import HOSTILE, comparison, hostile, report, squeezed, text


@pytest.mark.parametrize("kind", HOSTILE)
def test_whatever_is_typed_the_pdf_is_made(bank: Bank, renderer: Renderer, kind: str) -> None:
    pdf = renderer.assessment(hostile(bank, HOSTILE[kind]))

    assert len(PdfReader(io.BytesIO(pdf)).pages) < 60
    if kind == "html":
        assert squeezed("<script>alert(1)</script>") in text(pdf)


def test_nothing_is_fetched_and_no_file_is_read(
    renderer: Renderer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    asked: list[str] = []

    class Listener(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

    with http.server.HTTPServer(("127.0.0.1", 0), Listener) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        site, file = f"http://127.0.0.1:{server.server_port}", (tmp_path / "secret.txt").as_uri()
        pdf = renderer.pdf(
            f"""<html lang=en><title>t</title><link rel=stylesheet href="{site}/a.css">
            <link rel=attachment href="{file}">
            <style>@import "{site}/b.css"; body {{ background: url({site}/c.png) }}
            @font-face {{ font-family: x; src: url({site}/d.woff) }}</style><h1>x</h1>
            <img src="{site}/e.png" alt=e><img src="{file}" alt=f><object data="{site}/g.svg"></object>
            <a rel=attachment href="{file}">h</a></html>"""
        )
        server.shutdown()

    assert asked == []
    assert PdfReader(io.BytesIO(pdf)).attachments == {}
    assert b"secret" not in pdf
    assert any(site in message for message in caplog.messages)


def test_the_same_report_gives_the_same_bytes_in_another_process(
    bank: Bank, renderer: Renderer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONHASHSEED", "7")
    with Renderer() as other:
        assert other.assessment(report(bank)) == renderer.assessment(report(bank))
        assert other.comparison(comparison(bank)) == renderer.comparison(comparison(bank))


def test_every_report_is_well_formed_so_that_the_quick_parser_reads_it(bank: Bank) -> None:
    made = [report(bank), report(bank, people=3), report(bank, people=12), hostile(bank, HOSTILE["html"])]
    pages = [*map(assessment_html, made), comparison_html(comparison(bank))]

    assert [ET.fromstring(page).tag for page in pages] == ["html"] * 5  # noqa: S314 - our own pages


def test_several_threads_share_one_worker(renderer: Renderer) -> None:
    pages = [f"<html lang=en><title>t</title><h1>Page {n}</h1></html>" for n in range(12)]
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(renderer.pdf, pages))

    # The two ones are the page number and the number of pages.
    assert [text(pdf) for pdf in made] == [f"Page{n}11" for n in range(12)]


def test_a_worker_that_hangs_is_stopped_and_replaced() -> None:
    with Renderer(seconds=1) as renderer:
        renderer.warm()
        start = time.monotonic()
        with pytest.raises(RenderError, match="given up after 1 second"):
            renderer.pdf(f"<p style='overflow-wrap: anywhere; width: 9cm'>{'x' * 200_000}")
        assert time.monotonic() - start < 10
        assert renderer.pdf("<p>again").startswith(b"%PDF")


@pytest.mark.parametrize("busy", [True, False])
def test_a_worker_that_crashes_is_replaced(*, busy: bool) -> None:
    with Renderer() as renderer:
        renderer.warm()
        process = worker(renderer)._process
        kill = threading.Timer(0.3 if busy else 0, process.send_signal, [signal.SIGSEGV])
        kill.start()
        if busy:
            with pytest.raises(RenderError, match="ended with code -11"):
                renderer.pdf(f"<p style='overflow-wrap: anywhere; width: 9cm'>{'x' * 200_000}")
        else:
            kill.join()
            process.wait()
        assert renderer.pdf("<p>again").startswith(b"%PDF")


@pytest.mark.parametrize(("renders", "megabytes"), [(2, 1000), (200, 1)], ids=["documents", "memory"])
def test_a_worker_is_replaced_after_its_share(renders: int, megabytes: int) -> None:
    with Renderer(renders=renders, megabytes=megabytes) as renderer:
        renderer.pdf("<p>one")
        first = renderer._free.queue[-1]
        assert (first is None) is (megabytes == 1)
        renderer.pdf("<p>two")
        assert renderer._free.queue[-1] is None
        assert first is None or not first.alive
        assert renderer.pdf("<p>three").startswith(b"%PDF")


def test_two_workers_work_at_once_and_a_crash_of_one_is_no_business_of_the_other() -> None:
    with Renderer(workers=2) as renderer, ThreadPoolExecutor(1) as pool:
        renderer.warm()
        busy = worker(renderer)
        hopeless = pool.submit(renderer.pdf, f"<p style='overflow-wrap: anywhere; width: 9cm'>{'x' * 200_000}")
        while len(renderer._free.queue) == 2:
            time.sleep(0.01)
        assert renderer.pdf("<p>quick").startswith(b"%PDF")
        assert not hopeless.done()
        other = worker(renderer)
        busy._process.kill()
        with pytest.raises(RenderError, match="ended with code -9"):
            hopeless.result()
        assert other.alive
        assert renderer.pdf("<p>again").startswith(b"%PDF")


def worker(renderer: Renderer) -> Worker:
    """Return the worker that works next."""
    found = renderer._free.queue[-1]
    assert found
    return found


@pytest.mark.parametrize(
    "file", ["fonts/IBMPlexSans-Bold.woff", "assessment/report.html", "_figures.html", "print.css"]
)
def test_a_missing_file_is_named(bank: Bank, tmp_path: Path, file: str) -> None:
    folder = shutil.copytree(content("reports"), tmp_path / "reports")
    (folder / file).unlink()

    with Renderer(folder) as renderer, pytest.raises(RenderError, match=Path(file).name):
        renderer.assessment(report(bank))


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with Renderer(seconds=1) as renderer:
        renderer.pdf("<p>one")
        assert list(tmp_path.iterdir())
        process = worker(renderer)._process
        process.kill()
        process.wait()
        renderer.pdf("<p>two")

    assert list(tmp_path.iterdir()) == []


def test_a_worker_ends_and_tidies_up_when_its_parent_is_killed(tmp_path: Path) -> None:
    make = "from assessor.pdf import Renderer; Renderer().pdf('<p>x')"
    code = f"import os, signal; {make}; os.kill(os.getpid(), signal.SIGKILL)"
    subprocess.run([sys.executable, "-c", code], env={**os.environ, "TMPDIR": str(tmp_path)}, check=False)

    patience = time.monotonic() + 20
    while list(tmp_path.iterdir()) and time.monotonic() < patience:
        time.sleep(0.1)
    assert list(tmp_path.iterdir()) == []


def test_importing_the_module_does_not_import_weasyprint() -> None:
    code = "import sys, assessor.pdf; sys.exit('weasyprint' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
