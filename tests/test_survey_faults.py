"""A real server is killed while people answer; see tests/benchmarks/faults.py, which does it 50 times."""

from pathlib import Path

from tests.benchmarks import faults


def test_killing_the_server_loses_nothing_acknowledged_and_doubles_nothing(tmp_path: Path) -> None:
    assert faults.strike(tmp_path, rounds=5) == 5 * faults.NEW
