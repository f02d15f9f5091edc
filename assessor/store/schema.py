"""The tables, as numbered steps of portable SQL; a step that was released is never edited."""

from __future__ import annotations

STEPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "0001_tables",
        (
            """
            CREATE TABLE setting (
                name TEXT PRIMARY KEY,
                value TEXT NOT NULL
            )
            """,
            """
            CREATE TABLE service (
                id TEXT PRIMARY KEY,
                name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
                folded TEXT NOT NULL UNIQUE
            )
            """,
            """
            CREATE TABLE assessment (
                id TEXT PRIMARY KEY,
                service_id TEXT NOT NULL REFERENCES service (id) ON DELETE CASCADE,
                wave TEXT NOT NULL CHECK (length(wave) BETWEEN 1 AND 120),
                mode TEXT NOT NULL CHECK (mode IN ('individual', 'survey', 'consensus')),
                bank TEXT NOT NULL,
                edition TEXT NOT NULL,
                innovations TEXT NOT NULL,
                opened TEXT NOT NULL,
                UNIQUE (service_id, wave)
            )
            """,
            """
            CREATE TABLE response (
                id TEXT PRIMARY KEY,
                assessment_id TEXT NOT NULL REFERENCES assessment (id) ON DELETE CASCADE,
                perspective TEXT NOT NULL,
                token TEXT NOT NULL UNIQUE,
                saved TEXT,
                submitted TEXT
            )
            """,
            "CREATE INDEX response_of_assessment ON response (assessment_id)",
            """
            CREATE TABLE answer (
                response_id TEXT NOT NULL REFERENCES response (id) ON DELETE CASCADE,
                item_id TEXT NOT NULL,
                item_revision INTEGER NOT NULL CHECK (item_revision >= 1),
                code TEXT CHECK (length(code) BETWEEN 1 AND 2),
                note TEXT NOT NULL CHECK (length(note) <= 2000),
                evidence TEXT NOT NULL CHECK (length(evidence) <= 500),
                changed TEXT NOT NULL,
                revision INTEGER NOT NULL CHECK (revision >= 1),
                PRIMARY KEY (response_id, item_id)
            )
            """,
        ),
    ),
    (
        "0002_accounts",
        (
            """
            CREATE TABLE account (
                id TEXT PRIMARY KEY,
                name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
                folded TEXT NOT NULL UNIQUE,
                email TEXT CHECK (length(email) BETWEEN 3 AND 254),
                role TEXT NOT NULL CHECK (role IN ('owner', 'facilitator', 'reader')),
                password TEXT,
                disabled INTEGER NOT NULL CHECK (disabled IN (0, 1)),
                created TEXT NOT NULL
            )
            """,
            """
            CREATE TABLE granted (
                account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
                service_id TEXT NOT NULL REFERENCES service (id) ON DELETE CASCADE,
                PRIMARY KEY (account_id, service_id)
            )
            """,
            """
            CREATE TABLE session (
                id TEXT PRIMARY KEY,
                account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
                created TEXT NOT NULL,
                expires TEXT NOT NULL,
                seen TEXT NOT NULL
            )
            """,
            "CREATE INDEX session_of_account ON session (account_id)",
            """
            CREATE TABLE key_link (
                id TEXT PRIMARY KEY,
                purpose TEXT NOT NULL CHECK (purpose IN ('owner', 'password')),
                account_id TEXT REFERENCES account (id) ON DELETE CASCADE,
                expires TEXT NOT NULL,
                used TEXT,
                CHECK (purpose = 'owner' OR account_id IS NOT NULL)
            )
            """,
            "CREATE INDEX key_link_of_account ON key_link (account_id)",
            """
            CREATE TABLE attempt (
                id TEXT NOT NULL,
                what TEXT NOT NULL,
                at TEXT NOT NULL,
                PRIMARY KEY (what, id)
            )
            """,
        ),
    ),
)
