"""PDFs that nobody keeps: made of files that somebody sent, in memory for some minutes, and gone."""

from __future__ import annotations

from threading import Lock, Timer
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from assessor.store import Paper

Order = TypeVar("Order")
MINUTES, MOST = 10, 20


class Passing(Generic[Order]):
    """Orders by their keys, each with its PDF once that is made, forgotten after some `seconds`.

    Nothing of them is ever on a disk. Of more than `most` of one person the earliest is forgotten at once.
    """

    def __init__(self, *, seconds: float = 60 * MINUTES, most: int = MOST) -> None:
        self._seconds, self._most = seconds, most
        self._lock = Lock()
        self._orders: dict[str, Order] = {}
        self._timers: dict[str, Timer] = {}
        self._made: dict[str, bytes] = {}
        self._whose: dict[str, str] = {}

    def add(self, key: str, order: Order, who: str = "") -> None:
        """Keep an order of somebody for a while."""
        timer = Timer(self._seconds, self.forget, (key,))
        timer.daemon = True
        with self._lock:
            self._orders[key], self._timers[key], self._whose[key] = order, timer, who
            spent = [other for other in self._orders if self._whose[other] == who][: -self._most]
        timer.start()
        for other in spent:
            self.forget(other)

    def order(self, key: str) -> Order | None:
        """Return an order; None where it was forgotten or never came."""
        return self._orders.get(key)

    def forget(self, key: str) -> None:
        """Forget an order and its PDF."""
        with self._lock:
            self._orders.pop(key, None)
            self._made.pop(key, None)
            self._whose.pop(key, None)
            timer = self._timers.pop(key, None)
        if timer:
            timer.cancel()

    def keep(self, paper: Paper, _content: str, pdf: bytes) -> None:
        """Keep the PDF of an order, unless that was forgotten while it was made."""
        with self._lock:
            if paper.key in self._orders:
                self._made[paper.key] = pdf

    def find(self, paper: Paper) -> bytes | None:
        """Return a PDF; None where it must be made."""
        return self._made.get(paper.key)

    def has(self, paper: Paper) -> bool:
        """Tell whether a PDF is made."""
        return paper.key in self._made

    def same(self, _content: str) -> bytes | None:
        """Return None: what one person sent is nothing to another."""
        return None
