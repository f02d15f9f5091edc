"""The step that keeps what is settled once the result of a survey was seen: which one came before it, and its cells."""

from __future__ import annotations

ENDED = "CASE WHEN {0}.closes IS NULL OR {0}.closed < {0}.closes THEN {0}.closed ELSE {0}.closes END"
EARLIER = f"""
    SELECT b.id FROM assessment b
    WHERE b.service_id = assessment.service_id AND b.bank = assessment.bank AND b.edition = assessment.edition
    AND b.mode = 'survey' AND b.seen IS NOT NULL
    AND ({ENDED.format("b")}, b.id) < ({ENDED.format("assessment")}, assessment.id)
    ORDER BY {ENDED.format("b")} DESC, b.id DESC LIMIT 1
"""  # noqa: S608 - our own words
"""Of the surveys before one, the last whose result was seen: one without a result leads on to nothing."""

SEALED: tuple[str, tuple[str, ...]] = (
    "0009_sealed",
    (
        "ALTER TABLE assessment ADD COLUMN follows TEXT REFERENCES assessment (id) ON DELETE SET NULL",
        "ALTER TABLE assessment ADD COLUMN cells TEXT NOT NULL DEFAULT ''",
        f"UPDATE assessment SET follows = ({EARLIER}) WHERE seen IS NOT NULL",  # noqa: S608 - our own words
    ),
)
