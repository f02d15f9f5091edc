"""Days that people choose, as moments by this computer's clock."""

from __future__ import annotations

from datetime import date, datetime, time

from assessor.web.site import site

LAST = time(23, 59, 59)


def moment(when: str | None, hour: time = time()) -> str | None:
    """Return a moment of a day: its first, if nothing else is said."""
    return datetime.combine(date.fromisoformat(when), hour).astimezone().isoformat() if when else None


def past(when: str | None) -> bool:
    """Tell whether a day is over."""
    return bool(when) and (when or "") < site().clock().astimezone().date().isoformat()
