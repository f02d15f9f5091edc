"""The tables, as numbered steps of portable SQL; a step that was released is never edited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessor.accounts import folded
from assessor.store.schema.plan import PLAN
from assessor.store.schema.sealed import SEALED

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from assessor.store.sqlite import Session

UNORDERED = frozenset({"0003_survey", "0005_outbox"})
"""Steps whose tables keep their lines by key and by nothing else: where a line stands must not tell when it came."""

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
    (
        "0003_survey",
        (
            """
            ALTER TABLE assessment ADD COLUMN state TEXT NOT NULL DEFAULT 'open'
            CHECK (state IN ('draft', 'open', 'closed', 'archived'))
            """,
            "ALTER TABLE assessment ADD COLUMN opens TEXT",
            "ALTER TABLE assessment ADD COLUMN closes TEXT",
            "ALTER TABLE assessment ADD COLUMN closed TEXT",
            "ALTER TABLE assessment ADD COLUMN seen TEXT",
            "ALTER TABLE assessment ADD COLUMN min_cell INTEGER NOT NULL DEFAULT 5 CHECK (min_cell >= 5)",
            """
            CREATE TABLE response_new (
                id TEXT PRIMARY KEY,
                assessment_id TEXT NOT NULL REFERENCES assessment (id) ON DELETE CASCADE,
                perspective TEXT NOT NULL,
                token TEXT UNIQUE,
                saved TEXT,
                submitted TEXT,
                keep_hash TEXT,
                UNIQUE (assessment_id, keep_hash)
            )
            """,
            """
            INSERT INTO response_new (id, assessment_id, perspective, token, saved, submitted)
            SELECT id, assessment_id, perspective, token, saved, submitted FROM response
            """,
            """
            CREATE TABLE answer_new (
                response_id TEXT NOT NULL REFERENCES response_new (id) ON DELETE CASCADE,
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
            """
            INSERT INTO answer_new (response_id, item_id, item_revision, code, note, evidence, changed, revision)
            SELECT response_id, item_id, item_revision, code, note, evidence, changed, revision FROM answer
            """,
            "DROP TABLE answer",
            "DROP TABLE response",
            "ALTER TABLE response_new RENAME TO response",
            "ALTER TABLE answer_new RENAME TO answer",
            """
            CREATE TABLE invited (
                assessment_id TEXT NOT NULL REFERENCES assessment (id) ON DELETE CASCADE,
                perspective TEXT NOT NULL,
                people INTEGER CHECK (people >= 1),
                PRIMARY KEY (assessment_id, perspective)
            )
            """,
            """
            CREATE TABLE entry (
                id TEXT PRIMARY KEY,
                assessment_id TEXT NOT NULL REFERENCES assessment (id) ON DELETE CASCADE,
                kind TEXT NOT NULL CHECK (kind IN ('shared', 'single')),
                hash TEXT NOT NULL UNIQUE,
                perspective TEXT,
                used INTEGER NOT NULL DEFAULT 0 CHECK (used IN (0, 1)),
                active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
                email TEXT CHECK (email IS NULL OR kind = 'single')
            )
            """,
            "CREATE INDEX entry_of_assessment ON entry (assessment_id)",
            """
            CREATE TABLE draft (
                id TEXT PRIMARY KEY,
                assessment_id TEXT NOT NULL REFERENCES assessment (id) ON DELETE CASCADE,
                entry_id TEXT REFERENCES entry (id) ON DELETE CASCADE,
                perspective TEXT NOT NULL,
                key_hash TEXT NOT NULL UNIQUE,
                resume_hash TEXT NOT NULL UNIQUE,
                answers TEXT NOT NULL,
                saved TEXT
            )
            """,
            """
            CREATE TABLE guess (
                scope TEXT PRIMARY KEY,
                since TEXT NOT NULL,
                tries INTEGER NOT NULL CHECK (tries >= 1)
            )
            """,
        ),
    ),
    (
        "0004_meeting",
        ("ALTER TABLE assessment ADD COLUMN ratings TEXT REFERENCES assessment (id) ON DELETE SET NULL",),
    ),
    (
        "0005_outbox",
        (
            """
            CREATE TABLE outbox (
                id TEXT PRIMARY KEY,
                kind TEXT NOT NULL CHECK (kind IN ('invitation', 'reminder', 'password')),
                entry_id TEXT REFERENCES entry (id) ON DELETE CASCADE,
                account_id TEXT REFERENCES account (id) ON DELETE CASCADE,
                link TEXT NOT NULL,
                due TEXT NOT NULL,
                tries INTEGER NOT NULL DEFAULT 0 CHECK (tries >= 0),
                CHECK (kind = 'password' OR entry_id IS NOT NULL)
            )
            """,
            "CREATE INDEX outbox_of_entry ON outbox (entry_id)",
            "CREATE INDEX outbox_of_account ON outbox (account_id)",
            """
            CREATE TABLE unreached (
                assessment_id TEXT NOT NULL REFERENCES assessment (id) ON DELETE CASCADE,
                address TEXT NOT NULL,
                PRIMARY KEY (assessment_id, address)
            )
            """,
            """
            CREATE TABLE attempt_new (
                what TEXT NOT NULL,
                id TEXT NOT NULL,
                at TEXT NOT NULL,
                PRIMARY KEY (what, id)
            )
            """,
            "INSERT INTO attempt_new (what, id, at) SELECT what, id, at FROM attempt",
            "DROP TABLE attempt",
            "DROP TABLE guess",
            "ALTER TABLE attempt_new RENAME TO attempt",
        ),
    ),
    PLAN,
    (
        "0007_report_link",
        (
            """
            CREATE TABLE report_link (
                id TEXT PRIMARY KEY,
                assessment_id TEXT NOT NULL REFERENCES assessment (id) ON DELETE CASCADE,
                hash TEXT NOT NULL UNIQUE,
                label TEXT NOT NULL CHECK (length(label) BETWEEN 1 AND 120),
                created TEXT NOT NULL,
                expires TEXT NOT NULL
            )
            """,
            "CREATE INDEX report_link_of_assessment ON report_link (assessment_id)",
        ),
    ),
    (
        "0008_choice",
        (
            """
            CREATE TABLE choice (
                assessment_id TEXT PRIMARY KEY REFERENCES assessment (id) ON DELETE CASCADE,
                facets TEXT NOT NULL,
                reason TEXT NOT NULL CHECK (length(reason) BETWEEN 1 AND 600)
            )
            """,
        ),
    ),
    SEALED,
)


def refold(db: Session) -> None:
    """Fold the names of services as those of accounts; two that are the same now stay two, as people made them."""
    for service in db.rows("SELECT id, name FROM service ORDER BY id"):
        db.run(
            "UPDATE service SET folded = $1 WHERE id = $2 AND NOT EXISTS (SELECT 1 FROM service WHERE folded = $1)",
            *(folded(service["name"]), service["id"]),
        )


AFTER: Mapping[str, Callable[[Session], None]] = {"0005_outbox": refold}
"""What a step does to the lines that SQL cannot."""
