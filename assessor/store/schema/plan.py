"""The step that adds action plans."""

from __future__ import annotations

PLAN: tuple[str, tuple[str, ...]] = (
    "0006_plan",
    (
        """
        CREATE TABLE action (
            id TEXT PRIMARY KEY,
            service_id TEXT NOT NULL REFERENCES service (id) ON DELETE CASCADE,
            assessment_id TEXT REFERENCES assessment (id) ON DELETE SET NULL,
            asked TEXT NOT NULL,
            row_id TEXT NOT NULL,
            facet_id TEXT,
            suggestion_id TEXT,
            written TEXT NOT NULL
        )
        """,
        "CREATE INDEX action_of_service ON action (service_id)",
        """
        CREATE TABLE action_version (
            action_id TEXT NOT NULL REFERENCES action (id) ON DELETE CASCADE,
            revision INTEGER NOT NULL CHECK (revision >= 1),
            text TEXT NOT NULL CHECK (length(text) BETWEEN 1 AND 1200),
            who TEXT NOT NULL CHECK (length(who) <= 120),
            due TEXT NOT NULL CHECK (length(due) IN (0, 10)),
            sign TEXT NOT NULL CHECK (length(sign) <= 600),
            state TEXT NOT NULL CHECK (state IN ('planned', 'under way', 'done', 'dropped')),
            saved TEXT NOT NULL,
            PRIMARY KEY (action_id, revision)
        )
        """,
        """
        CREATE TABLE target (
            service_id TEXT NOT NULL REFERENCES service (id) ON DELETE CASCADE,
            row_id TEXT NOT NULL,
            points INTEGER CHECK (points BETWEEN 0 AND 100),
            revision INTEGER NOT NULL CHECK (revision >= 1),
            PRIMARY KEY (service_id, row_id)
        )
        """,
    ),
)
