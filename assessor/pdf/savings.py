"""What WeasyPrint and pydyf do more than once, or more thoroughly than a report needs: done once, looking the same.

Each of these reaches into a library whose version `pyproject.toml` holds; tests set reports with and without them. What
is noted with a style holds for that style alone: WeasyPrint's copies of one do not carry it over.
"""

from __future__ import annotations

import zlib
from typing import Any

import pydyf
from weasyprint import draw as drawing
from weasyprint import layout
from weasyprint.css import ComputedStyle
from weasyprint.css.computed_values import PHYSICAL_FUNCTIONS
from weasyprint.css.functions import check_math
from weasyprint.css.properties import INHERITED, INITIAL_NOT_COMPUTED, INITIAL_VALUES
from weasyprint.images import LinearGradient
from weasyprint.text.line_break import Layout

from assessor.pdf import standing
from assessor.pdf.archive import plain

EFFORT = 6  # of compression; pydyf's 9 takes thrice as long for files that are 1 % smaller
OWN_WAYS = {
    "page",
    "position",
    "float",
    "display",
    *(key for key in INITIAL_VALUES if key.startswith("text_decoration")),
}
LOGICAL = {key(block="ttb", inline=way) for key in PHYSICAL_FUNCTIONS.values() for way in ("ltr", "rtl")}
PASSED_ON = INHERITED - OWN_WAYS - {*PHYSICAL_FUNCTIONS}
FIRST = {
    key: value
    for key, value in INITIAL_VALUES.items()
    if key not in INHERITED | INITIAL_NOT_COMPUTED | OWN_WAYS and not check_math(value)
}

RELATIVE = (  # may be shares of what is around
    *(f"{kind}_{side}" for kind in ("margin", "padding") for side in ("left", "right", "top", "bottom")),
    *(f"{least}{axis}" for least in ("", "min_", "max_") for axis in ("width", "height")),
)
MEASURES = (*RELATIVE, *(f"border_{side}_width" for side in ("left", "right", "top", "bottom")))


_worked_out, _written, _painted = ComputedStyle.__missing__, pydyf.Stream.data.fget, drawing.draw_background_image
_measured = layout.percent.resolve_percentages


class Done(pydyf.Object):  # type: ignore[misc]
    """An object as it will be written: pydyf writes all objects out twice, once for the file's identifier."""

    data = b""

    def __init__(self, thing: pydyf.Object) -> None:
        super().__init__()
        self.number, self.generation, self.free = thing.number, thing.generation, thing.free
        self._compressible = thing.compressible
        self.data = thing.data if thing.free == "n" else b""

    @property
    def compressible(self) -> bool:
        """Whether it goes into the stream of small objects."""
        found: bool = self._compressible
        return found


def save() -> None:
    """Let this process set documents with fewer steps."""
    keep_lines()
    standing.keep()
    drawing.draw_background_image = paint
    for part in vars(layout).values():
        if getattr(part, "resolve_percentages", None) is _measured:
            part.resolve_percentages = measure
    ComputedStyle.__missing__ = style
    pydyf.Stream.data = property(data)


def keep_lines() -> None:
    """Draw each line as it was laid out, in place of laying it out again.

    WeasyPrint lets go of every line to save memory; a report's lines are few. It lays them out anew only to justify
    them, which the stylesheet never asks for.
    """
    Layout.deactivate = lambda _line: None
    Layout.reactivate = lambda _line, _style: None


def measure(box: Any, containing_block: Any) -> None:
    """Set the measures of a box; where none of them hangs on what is around it, they are the same for all its kind."""
    style = box.style
    if fixed := style.__dict__.get("fixed"):
        box.__dict__.update(fixed)
        return
    _measured(box, containing_block)
    if "fixed" not in style.__dict__:
        style.fixed = {name: getattr(box, name) for name in MEASURES} if _alone(style) else {}


def _alone(style: Any) -> bool:
    """Tell whether no measure is a share of another or to be worked out, and no border is shared with a neighbour."""
    measures = [style[name] for name in RELATIVE]
    relative = any(getattr(value, "unit", "px") != "px" or check_math(value) for value in measures)
    return not relative and style["border_collapse"] != "collapse"


def paint(stream: Any, layer: Any, box_style: Any) -> None:
    """Draw an image behind a box; a gradient of one colour, as bars are, is a rectangle, not a picture of its own."""
    if isinstance(layer.image, LinearGradient) and len(layer.image.colors) == 1 and _once(layer):
        (left, top, right, bottom), color = _seen(layer), layer.image.colors[0]
        if left < right and top < bottom:
            with stream.artifact():
                stream.set_color(color)
                stream.rectangle(left, top, right - left, bottom - top)
                stream.fill()
    else:
        _painted(stream, layer, box_style)


def _once(layer: Any) -> bool:
    return layer.repeat == ("no-repeat", "no-repeat") and not layer.unbounded


def _seen(layer: Any) -> tuple[float, float, float, float]:
    """Return the edges of what is seen of an image: left, top, right, bottom."""
    x, y, width, height = layer.painting_area
    left, top = layer.positioning_area[0] + layer.position[0], layer.positioning_area[1] + layer.position[1]
    right, bottom = left + layer.size[0], top + layer.size[1]
    return max(x, left), max(y, top), min(x + width, right), min(y + height, bottom)


def style(self: ComputedStyle, key: str) -> Any:
    """Return a property of an element; one that no rule names is the parent's, or the first value, as it stands."""
    if key not in self.cascaded:
        if key in FIRST and (key not in PHYSICAL_FUNCTIONS or LOGICAL.isdisjoint(self.cascaded)):
            value = self[key] = FIRST[key]
            return value
        if key in PASSED_ON and self.parent_style is not None:
            value = self[key] = self.parent_style[key]
            return value
    return _worked_out(self, key)


def data(self: pydyf.Stream) -> bytes:
    """Return a stream as it is written, compressed with less effort than pydyf's."""
    if self.compress:
        self = pydyf.Stream([zlib.compress(plain(self), EFFORT)], {**self.extra, "Filter": "/FlateDecode"})
    found: bytes = _written(self)
    return found
