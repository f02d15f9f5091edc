"""The wheel carries everything: installed in an empty environment, it makes a report from another folder."""

import subprocess
import sys
import venv
from pathlib import Path
from zipfile import ZipFile

import pytest
from pypdf import PdfReader

ROOT = Path(__file__).parent.parent


def run(*command: object, cwd: Path) -> str:
    done = subprocess.run([str(c) for c in command], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", folder, ROOT, cwd=folder)
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_content_and_nothing_else(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        names = archive.namelist()

    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == {"assessor"}
    for part in ("questions/bank.toml", "questions/findings.csv", "templates/base.html", "reports/print.css"):
        assert f"assessor/{part}" in names
    assert "assessor/words.txt" in names
    assert "assessor/bootstrap.py" not in names
    assert not [name for name in names if "__pycache__" in name or name.endswith(".db")]


def test_it_makes_a_report_from_another_folder(wheel: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "env", with_pip=True)
    python = tmp_path / "env" / "bin" / "python"
    pip = (python, "-m", "pip", "install", "-q", "--no-deps", "--disable-pip-version-check")
    run(*pip, "--require-hashes", "-r", ROOT / "requirements.lock", cwd=tmp_path)
    run(*pip, wheel, cwd=tmp_path)
    assessor = tmp_path / "env" / "bin" / "assessor"
    columns = run(assessor, "codebook", "--csv", cwd=tmp_path).splitlines()[1:]
    items = [line.split(",")[0] for line in columns]
    answers = tmp_path / "a.csv"
    answers.write_text(f"person,perspective,{','.join(items)}\np,staff{',dk' * len(items)}\n", encoding="utf-8")

    run(assessor, "report", "a.csv", "-o", "r.pdf", cwd=tmp_path)

    assert "Table 6" in "".join(page.extract_text() for page in PdfReader(tmp_path / "r.pdf").pages)
