"""Standing type: lines that were set before are kept, as printers do, for the next time they are needed.

A report repeats itself, and reports of one bank share most of their words, so more than half of all lines were set
before. Kept is what WeasyPrint makes of a line, its place and its colour left out; a test holds that a worker gives the
same bytes whatever it has set before.
"""

from __future__ import annotations

from copy import copy
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

import pydyf
from weasyprint.draw import text as drawing
from weasyprint.layout import inline, preferred
from weasyprint.text import line_break
from weasyprint.text.line_break import create_layout

if TYPE_CHECKING:
    from collections.abc import Sequence

    from weasyprint.css import ComputedStyle

MOST = 6000  # lines, about 60 MB; a report of a survey has a thousand different ones
LOOK = itemgetter(
    *("font_family", "font_size", "font_style", "font_stretch", "font_weight", "font_kerning"),
    *("font_variant_ligatures", "font_variant_position", "font_variant_caps", "font_variant_numeric"),
    *("font_variant_alternates", "font_variant_east_asian", "font_feature_settings", "font_variation_settings"),
    *("font_language_override", "lang", "direction", "letter_spacing", "word_spacing", "white_space", "tab_size"),
    *("hyphens", "hyphenate_character", "hyphenate_limit_chars", "hyphenate_limit_zone", "overflow_wrap", "word_break"),
)

_set, _draw = line_break.split_first_line, drawing.draw_first_line
_font_key = line_break._font_style_cache_key  # noqa: SLF001
_looks: dict[tuple[Any, ...], int] = {}
_lines: dict[tuple[Any, ...], tuple[Any, ...]] = {}


class Drawn(NamedTuple):
    """A line as it is drawn anywhere: its face and size, the strokes, and what each glyph stands for and how wide."""

    pango_font: Any
    size: tuple[str, float]
    strokes: Sequence[bytes]
    meanings: dict[int, str]
    widths: dict[int, int]


class Proof(pydyf.Stream):  # type: ignore[misc]
    """A stream on which one line is drawn to see what it takes, with nothing on it that came before."""

    size = ("", 0.0)

    def __init__(self, stream: Any) -> None:
        super().__init__()
        self._onto, self.ink_rect, self.logical_rect = stream, stream.ink_rect, stream.logical_rect
        self.faces: list[tuple[Any, Any]] = []

    def add_font(self, pango_font: Any) -> tuple[Any, float]:
        """Return a font that has drawn nothing yet."""
        font, size = self._onto.add_font(pango_font)
        face = copy(font)
        face.to_unicode, face.widths, face.missing = {}, {}, {}
        self.faces.append((pango_font, face))
        return face, size

    def set_font_size(self, font: str, size: float) -> None:
        """Note a size; a stream is only told where it is another than that of the line before."""
        self.size = font, size

    @property
    def drawn(self) -> Drawn | None:
        """What was drawn; None with several faces, or letters that have no glyph, which the log must tell each time."""
        if len(self.faces) != 1 or self.faces[0][1].missing:
            return None
        ((pango_font, face),) = self.faces
        return Drawn(pango_font, self.size, self.stream[1:], face.to_unicode, face.widths)


def keep() -> None:
    """Let this process, which sets with one font configuration, keep its lines.

    They must not be let go of after drawing (`savings.keep_lines`). Text in pictures is set as before.
    """
    line_break._font_style_cache_key = strut_key  # noqa: SLF001
    inline.split_first_line = preferred.split_first_line = line
    drawing.draw_first_line = draw


def line(
    text: str,
    style: ComputedStyle,
    context: Any,
    width: float | None,
    spacing: float,
    is_line_start: bool = True,  # noqa: FBT001, FBT002 - WeasyPrint's signature
    minimum: bool = False,  # noqa: FBT001, FBT002
) -> tuple[Any, ...]:
    """Return the first line of a text in a width, with its measures."""
    key = text, look(style), width, spacing, is_line_start, minimum
    found = _lines.get(key)
    if found is None:
        if len(_lines) >= MOST:
            _lines.clear()
        found = _lines[key] = _set(text, style, context, width, spacing, is_line_start, minimum)
    return found


def look(style: ComputedStyle) -> int:
    """Return a number for everything in a style that lines depend on.

    It is kept with the style, which WeasyPrint does not change once lines are set in it; a copy is looked at anew.
    """
    number: int | None = style.__dict__.get("look")
    if number is None:
        found = (*LOOK(style), frozenset(style["text_decoration_line"]))
        number = style.look = _looks.setdefault(found, len(_looks))
    return number


def strut_key(style: ComputedStyle, include_size: bool = False) -> Any:  # noqa: FBT001, FBT002
    """Return what the height of an empty line is kept under; letters are measured while a style is still worked out."""
    return (look(style), style["line_height"]) if include_size else _font_key(style)


def draw(stream: Any, box: Any, overflow: str, ellipsis: Any, matrix: Any) -> list[Any]:
    """Draw a line; return its emojis."""
    cut = overflow == "ellipsis" or ellipsis != "none"
    if cut:  # it is shortened while it is drawn, so it must not be the one that is kept
        kept = box.pango_layout
        box.pango_layout = create_layout(kept.text, box.style, None, kept.max_width, kept.justification_spacing)
    drawn = None if cut else _proof(stream, box, matrix)
    if drawn is None:
        emojis: list[Any] = _draw(stream, box, overflow, ellipsis, matrix)
        return emojis
    _redraw(stream, drawn, matrix)
    return []


def _proof(stream: Any, box: Any, matrix: Any) -> Drawn | None:
    """Return what a line takes to draw, found out when it is drawn first; None where it cannot be kept."""
    layout = box.pango_layout
    if "drawn" not in layout.__dict__:
        proof = Proof(stream)
        emojis = _draw(proof, box, "clip", "none", matrix)
        layout.drawn = None if emojis else proof.drawn
    drawn: Drawn | None = layout.drawn
    return drawn


def _redraw(stream: Any, drawn: Drawn, matrix: Any) -> None:
    font, _ = stream.add_font(drawn.pango_font)
    font.to_unicode.update({glyph: text for glyph, text in drawn.meanings.items() if glyph not in font.to_unicode})
    font.widths.update({glyph: width for glyph, width in drawn.widths.items() if glyph not in font.widths})
    stream.set_text_matrix(*matrix.values)
    stream.set_font_size(*drawn.size)
    stream.stream.extend(drawn.strokes)
