"""The step that keeps which survey was the one before, once the result of a survey was seen."""

from __future__ import annotations

ENDED = "CASE WHEN {0}.closes IS NULL OR {0}.closed < {0}.closes THEN {0}.closed ELSE {0}.closes END"
EARLIER = f"""
    SELECT b.id FROM assessment b
    WHERE b.service_id = assessment.service_id AND b.bank = assessment.bank AND b.edition = assessment.edition
    AND b.mode = 'survey' AND b.state <> 'draft'
    AND ({ENDED.format("b")}, b.id) < ({ENDED.format("assessment")}, assessment.id)
    ORDER BY {ENDED.format("b")} DESC, b.id DESC LIMIT 1
"""  # noqa: S608 - our own words
"""The survey that ended last before one that is over."""

FOLLOWS: tuple[str, tuple[str, ...]] = (
    "0009_follows",
    (
        "ALTER TABLE assessment ADD COLUMN follows TEXT REFERENCES assessment (id) ON DELETE SET NULL",
        f"UPDATE assessment SET follows = ({EARLIER}) WHERE seen IS NOT NULL",  # noqa: S608 - our own words
    ),
)
