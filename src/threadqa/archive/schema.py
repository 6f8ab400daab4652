"""The archive's tables, and how an older file becomes a current one.

`PRAGMA user_version` is the schema version: the number of migrations that made the file. A
migration is a tuple of statements; those that a file lacks run in one transaction, so that a
killed upgrade leaves the old file. A released migration never changes; a new one is appended.
"""

from __future__ import annotations

from collections.abc import Sequence

from threadqa.archive.database import Database
from threadqa.errors import ArchiveError

__all__ = ["APPLICATION_ID", "MIGRATIONS", "Migration", "check", "migrate"]

Migration = tuple[str, ...]

APPLICATION_ID = 0x74_71_61_31
"""`PRAGMA application_id` of an archive, "tqa1": tells it from any other SQLite file."""

MIGRATIONS: tuple[Migration, ...] = (
    (
        "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
        # name_key, title_key, author_key: casefolded, so that filters compare beyond ASCII.
        """CREATE TABLE sources (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            name_key TEXT NOT NULL,
            path TEXT NOT NULL UNIQUE,
            format TEXT NOT NULL,
            size INTEGER NOT NULL,
            content_hash TEXT NOT NULL)""",
        # post_count and positions (JSON) are kept here so that a citation's thread is one row.
        """CREATE TABLE threads (
            id INTEGER PRIMARY KEY,
            thread_id TEXT NOT NULL UNIQUE,
            source INTEGER NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
            ordinal INTEGER NOT NULL,
            title TEXT NOT NULL,
            title_key TEXT NOT NULL,
            author TEXT,
            url TEXT,
            declared_length INTEGER,
            post_count INTEGER NOT NULL,
            positions TEXT NOT NULL)""",
        "CREATE INDEX threads_by_source ON threads (source, ordinal)",
        # AUTOINCREMENT: a row number is never used twice; both search indexes know posts by it.
        # created_unix: seconds; a date without a zone counts as UTC. author_key: the post's
        # author, else its thread's.
        """CREATE TABLE posts (
            row INTEGER PRIMARY KEY AUTOINCREMENT,
            post_id TEXT NOT NULL UNIQUE,
            thread INTEGER NOT NULL REFERENCES threads (id) ON DELETE CASCADE,
            ordinal INTEGER NOT NULL,
            position INTEGER,
            text TEXT NOT NULL,
            author TEXT,
            author_key TEXT,
            created_at TEXT,
            created_unix REAL,
            url TEXT,
            first_line INTEGER NOT NULL,
            last_line INTEGER NOT NULL,
            mentions TEXT,
            links TEXT,
            hashtags TEXT,
            vector_key BLOB NOT NULL)""",
        "CREATE INDEX posts_by_thread ON posts (thread, ordinal)",
        "CREATE INDEX posts_by_author ON posts (author_key) WHERE author_key IS NOT NULL",
        "CREATE INDEX posts_by_date ON posts (created_unix) WHERE created_unix IS NOT NULL",
        # What filters look up, casefolded; the order and spelling to show is in posts (JSON).
        """CREATE TABLE marks (
            kind TEXT NOT NULL CHECK (kind IN ('mention', 'link', 'hashtag')),
            key TEXT NOT NULL,
            post INTEGER NOT NULL REFERENCES posts (row) ON DELETE CASCADE,
            PRIMARY KEY (kind, key, post)) WITHOUT ROWID""",
        "CREATE INDEX marks_by_post ON marks (post)",
        "CREATE TABLE encoders (id INTEGER PRIMARY KEY, fingerprint TEXT NOT NULL UNIQUE)",
        # A table with row ids: keys are hashes, and in a WITHOUT ROWID table every insert of a
        # 768-byte vector would go to a random page.
        """CREATE TABLE vectors (
            id INTEGER PRIMARY KEY,
            encoder INTEGER NOT NULL REFERENCES encoders (id) ON DELETE CASCADE,
            key BLOB NOT NULL,
            vector BLOB NOT NULL,
            UNIQUE (encoder, key))""",
        "INSERT INTO meta (key, value) VALUES ('generation', '0')",
    ),
)


def check(
    database: Database,
    migrations: Sequence[Migration] = MIGRATIONS,
    application_id: int = APPLICATION_ID,
) -> int:
    """Tells a file's schema version, and refuses files that are not ours or newer than us.

    Args:
        database: An open database; an empty one has version 0.
        migrations: All migrations this program knows.
        application_id: What the file is; an archive, unless another file of ours is meant.

    Returns:
        How many of the migrations the file has.

    Raises:
        ArchiveError: The file is damaged, of another program, or of a newer schema.
    """
    version = int(database.value("PRAGMA user_version"))
    application = int(database.value("PRAGMA application_id"))
    if application != application_id and (
        version or application or database.value("SELECT count(*) FROM sqlite_schema")
    ):
        raise ArchiveError(
            f"{database.path} is an SQLite file of another program: name another index folder"
        )
    if version > len(migrations):
        raise ArchiveError(
            f"{database.path} was written by a newer threadqa (schema {version}; this one reads "
            f"up to {len(migrations)}): upgrade threadqa"
        )
    return version


def migrate(
    database: Database,
    migrations: Sequence[Migration] = MIGRATIONS,
    application_id: int = APPLICATION_ID,
) -> None:
    """Brings a file to the current schema, in one transaction; a current file stays untouched.

    Args:
        database: An open, writable database, empty or of any known version.
        migrations: All migrations in order; the file's version says how many it has.
        application_id: As for `check`.

    Raises:
        ArchiveError: As `check`, or a migration failed; the file is then as it was.
    """
    version = check(database, migrations, application_id)
    if version == len(migrations):
        return
    with database.transaction():
        for migration in migrations[version:]:
            for statement in migration:
                database.execute(statement)
        database.execute(f"PRAGMA application_id = {application_id}")
        database.execute(f"PRAGMA user_version = {len(migrations)}")
