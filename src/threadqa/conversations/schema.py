"""The tables of `conversations.sqlite`; `archive.schema` says how a migration runs."""

from __future__ import annotations

from threadqa.archive.schema import Migration

__all__ = ["APPLICATION_ID", "MIGRATIONS"]

APPLICATION_ID = 0x74_71_63_31
"""`PRAGMA application_id` of the file, "tqc1": tells it from any other SQLite file."""

MIGRATIONS: tuple[Migration, ...] = (
    (
        # Times are ISO 8601 in UTC with microseconds, so that they sort as texts.
        """CREATE TABLE conversations (
            id TEXT PRIMARY KEY,
            owner TEXT NOT NULL,
            title TEXT NOT NULL,
            started_at TEXT NOT NULL,
            changed_at TEXT NOT NULL)""",
        "CREATE INDEX conversations_by_owner ON conversations (owner, changed_at)",
        # AUTOINCREMENT: what names an answer never comes to name another one. body is the JSON of
        # a Record: posts by id, and no text of theirs.
        """CREATE TABLE answers (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            conversation TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
            answered_at TEXT NOT NULL,
            body TEXT NOT NULL,
            rating TEXT CHECK (rating IN ('up', 'down')),
            rated_at TEXT)""",
        "CREATE INDEX answers_by_conversation ON answers (conversation, id)",
        """CREATE TABLE wrong_sources (
            answer INTEGER NOT NULL REFERENCES answers (id) ON DELETE CASCADE,
            post_id TEXT NOT NULL,
            marked_at TEXT NOT NULL,
            PRIMARY KEY (answer, post_id)) WITHOUT ROWID""",
    ),
)
