"""Folding the log of the database in the background, so that nobody who answers waits for it."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from assessor.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable

REST, LONGEST, RETRY = 1.0, 10.0, 0.02  # seconds
SHARE = 50  # times as long as it took: then it costs those who answer at most 2 % of the time


class Folding:
    """Calls `fold` soon after it was asked to, and again until it says that it is done; then it rests a while."""

    def __init__(self, fold: Callable[[], bool]) -> None:
        self._fold = fold
        self._asked, self._over = threading.Event(), threading.Event()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def soon(self) -> None:
        """Ask for it; the thread starts with the first time."""
        self._asked.set()
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="folding", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """End the thread; what was asked for is still tried once."""
        self._over.set()
        self._asked.set()
        with self._starting:
            if self._thread is not None:
                self._thread.join()

    def _run(self) -> None:
        while self._asked.wait() and not self._over.is_set():
            self._asked.clear()
            began = time.monotonic()
            while not self._tried() and not self._over.wait(RETRY):
                pass
            self._over.wait(min(LONGEST, max(REST, SHARE * (time.monotonic() - began))))
        self._tried()

    def _tried(self) -> bool:
        """Fold; trouble with the file is for whoever writes next to say, so that here it ends the trying."""
        try:
            return self._fold()
        except StoreError:
            return True
