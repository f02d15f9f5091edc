"""Make the README's pictures with the tool itself: `python -m tests.pictures`."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import threading
from pathlib import Path

from playwright.sync_api import Page, sync_playwright
from werkzeug.serving import make_server

from assessor import demo
from assessor.bank import load
from assessor.paths import content
from assessor.pdf import Renderer
from assessor.store import Store
from assessor.web import build_app

PICTURES = Path(__file__).parent / "pictures"


def main() -> None:
    """Serve the demo, photograph a question page, and turn a page of a report into a picture."""
    PICTURES.mkdir(exist_ok=True)
    bank = load(content("questions"))
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "demo.db") as store, Renderer() as renderer:
        demo.fill(store, bank, demo.read(content("questions"), bank))
        server = make_server("127.0.0.1", 0, build_app(bank, store, renderer), threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        with sync_playwright() as play:
            browser = play.chromium.launch(executable_path=shutil.which("chromium"))
            page = browser.new_page(viewport={"width": 900, "height": 1180})
            question(page, address)
            report(page, address, Path(folder))
        server.shutdown()


def question(page: Page, address: str) -> None:
    """Photograph the first page of questions with an answer chosen."""
    page.goto(f"{address}/start")
    page.get_by_label("Service", exact=False).first.fill("Northside Community Team")
    page.get_by_label("Peer workers").check()
    page.get_by_label("Staff", exact=True).check()
    page.get_by_role("button").last.click()
    page.get_by_role("radio").nth(3).check(force=True)
    page.screenshot(path=PICTURES / "question.png")


def report(page: Page, address: str, folder: Path) -> None:
    """Turn the report's page “At a glance” into a picture."""
    page.goto(address)
    page.get_by_role("link", name="Result").first.click()
    with page.expect_download() as download:
        page.get_by_role("link", name="PDF").first.click()
    download.value.save_as(folder / "report.pdf")
    picture = ("pdftoppm", "-png", "-r", "90", "-f", "2", "-l", "2", "-singlefile")
    subprocess.run([*picture, folder / "report.pdf", PICTURES / "report"], check=True)


if __name__ == "__main__":
    main()
