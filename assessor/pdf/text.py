"""Texts and figures as they are printed: free text made safe to set, scores as whole points, bars as styles."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import TYPE_CHECKING, Any

from assessor.pdf.letters import MISSING, printable
from assessor.score import whole

if TYPE_CHECKING:
    from collections.abc import Callable

    from assessor.compare import Change
    from assessor.report import Line, Shares

ZERO_WIDTH_SPACE = "\u200b"
LONGEST = 4000
MOST_LINES = 30
GAPS = re.compile(r"[^\S\n\u00a0]+")
LINES = re.compile(r" ?\n\s*")
TOKEN = re.compile(r"[^ \n]{31,}")
PIECE = re.compile(r"[^/.?&=_-]{0,29}[/.?&=_-]|.{1,30}")
# Pictures that no bundled font has, with what joins and colours them: left out, they harm nobody; boxes confuse.
EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf][\ufe0f\u200d\U0001f3fb-\U0001f3ff]*")
LONG_TITLE, LONG_WORD = 60, 24  # characters
STRONG = {"L": "ltr", "R": "rtl", "AL": "rtl"}


def plain(text: str, most: int = LONGEST) -> str:
    """Return free text that can be set: no control characters or lone surrogates, cut after `most` characters.

    A mark stands for what no bundled font has.
    Lines stay lines as long as there are few of them.
    Tokens of more than 30 characters get places to break: without them WeasyPrint's line breaking is quadratic.
    """
    readable = "".join(map(_readable, text[:most]))
    readable = printable(EMOJI.sub("", readable).strip() or readable)
    *lines, rest = LINES.sub("\n", GAPS.sub(" ", readable)).strip().split("\n", MOST_LINES)
    tidy = "\n".join([*lines, rest.replace("\n", " ")])
    broken = TOKEN.sub(lambda token: ZERO_WIDTH_SPACE.join(PIECE.findall(token[0])), tidy)
    return f"{broken}…" if len(text) > most else broken


def _readable(character: str) -> str:
    if character in "\n\t\r":
        return "\n" if character == "\n" else " "
    return "" if unicodedata.category(character) in {"Cc", "Cs"} else character


def direction(text: str) -> str:
    """Return `rtl` or `ltr`, as the first letter with a direction has it (WeasyPrint knows no `dir="auto"`)."""
    return next((STRONG[d] for d in map(unicodedata.bidirectional, text[:LONGEST]) if d in STRONG), "ltr")


def lengthy(text: str) -> bool:
    """Tell whether a title needs smaller letters: it is long, or has a word that would break in large ones."""
    return len(text) > LONG_TITLE or any(len(word) > LONG_WORD for word in text[:LONGEST].split())


def points(value: float | None) -> str:
    """Return a score as whole points; a dash where there is none."""
    return "–" if value is None else str(whole(value)).replace("-", "−")


def change(value: int | None) -> str:
    """Return a difference in whole points with its sign; a dash where there is none."""
    if value is None:
        return "–"
    return f"{'+' if value > 0 else '−' if value < 0 else '±'}{abs(value)}"


def signed(value: float | None) -> str:
    """Return a difference that is not whole yet in whole points with its sign; a dash where there is none."""
    return change(None if value is None else whole(value))


def tenths(value: float) -> str:
    """Return a number to one decimal; what rounds to nothing has no sign."""
    return f"{round(value, 1) + 0.0:.1f}".replace("-", "−")


def bar(line: Line) -> str:
    """Return the custom properties that draw a line's bar: its length, and where interval and target are, if any."""
    length = f"--score:{line.score or 0:.1f}%" + (f";--aim:{line.target}%" if line.target is not None else "")
    if line.interval is None:
        return length
    low, high = map(whole, line.interval)  # no finer than it is printed
    width = high - low
    start = 100 * low / (100 - width) if width < 100 else 0.0  # a background's percentage is of the room that is left
    return f"{length};--from:{start:.1f}%;--span:{width:.1f}%"


def pair(moved: Change) -> str:
    """Return the custom properties that draw the bars before and after."""
    return f"--before:{moved.before or 0:.1f}%;--after:{moved.after or 0:.1f}%"


def stack(found: Shares) -> str:
    """Return the custom properties that draw a bar of shares, each drawn over the next: where each of them ends."""
    ends = (sum(found[:k]) for k in (1, 2, 3))
    return ";".join(f"--{name}:{100 * end / (found.answers or 1):.1f}%" for name, end in zip("abc", ends, strict=True))


def portion(part: int, whole: int) -> str:
    """Return the custom property that draws a part of a whole."""
    return f"--score:{100 * part / (whole or 1):.1f}%"


def lower_first(text: str) -> str:
    """Return text as it goes on inside a sentence."""
    return text[:1].lower() + text[1:]


def marked(text: str) -> bool:
    """Tell whether a mark stands on paper for something in a text that no bundled font has."""
    return MISSING in plain(text) and MISSING not in text


def day(text: str) -> date | None:
    """Return the date at the start of an ISO date or time; None where there is none."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


PRINTED = (
    plain,
    direction,
    lengthy,
    points,
    change,
    signed,
    tenths,
    bar,
    pair,
    stack,
    portion,
    lower_first,
    marked,
    day,
)
FILTERS: dict[str, Callable[..., Any]] = {f.__name__: f for f in PRINTED}
