"""The archive's file: locks, snapshots, upgrades, damage, and what deleting leaves on the disk."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from threadqa.archive import Archive, SourceRecord, WriterLock
from threadqa.archive.database import Database
from threadqa.archive.schema import APPLICATION_ID, MIGRATIONS
from threadqa.errors import ArchiveBusyError, ArchiveError

from .samples import keys, record, thread, write

NEXT = (*MIGRATIONS, ("ALTER TABLE threads ADD COLUMN language TEXT DEFAULT 'en'",))


def damage(folder: Path, content: bytes) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / "archive.sqlite"
    path.write_bytes(content)
    return path


def test_a_folder_without_an_archive_says_what_to_run(folder: Path) -> None:
    with pytest.raises(ArchiveError) as error:
        Archive.open_for_reading(folder)
    assert str(error.value) == f"no archive in {folder}: run `threadqa index PATH…` first"
    assert not folder.exists()


def test_an_archive_killed_before_it_had_a_table_counts_as_none_and_can_be_made(
    folder: Path,
) -> None:
    damage(folder, b"")
    with pytest.raises(ArchiveError, match="no archive in"):
        Archive.open_for_reading(folder)
    with Archive.open_for_writing(folder) as archive:
        assert archive.generation == 0


def test_a_file_that_is_not_sqlite_says_what_to_run(folder: Path) -> None:
    damage(folder, b"these are not the bytes of a database" * 100)
    for opening in (Archive.open_for_reading, Archive.open_for_writing):
        with pytest.raises(ArchiveError, match=r"damaged or is no SQLite .*`threadqa index PATH…"):
            opening(folder)


def test_a_damaged_page_says_what_to_run(folder: Path) -> None:
    with Archive.open_for_writing(folder) as archive:
        write(archive, "a.txt", thread("t", ["a text of some length"] * 400))
    path = folder / "archive.sqlite"
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
    with (
        Archive.open_for_reading(folder) as archive,
        pytest.raises(ArchiveError, match=r"is damaged .*`threadqa index PATH…"),
    ):
        list(archive.iter_threads_for_indexing())


def test_the_database_of_another_program_is_left_alone(folder: Path) -> None:
    folder.mkdir()
    connection = sqlite3.connect(folder / "archive.sqlite")
    connection.execute("CREATE TABLE theirs (x)")
    connection.close()
    for opening in (Archive.open_for_reading, Archive.open_for_writing):
        with pytest.raises(ArchiveError, match="of another program"):
            opening(folder)


def test_an_archive_of_a_newer_schema_is_refused(folder: Path) -> None:
    Archive.open_for_writing(folder).close()
    connection = sqlite3.connect(folder / "archive.sqlite")
    connection.execute("PRAGMA user_version = 9")
    connection.close()
    for opening in (Archive.open_for_reading, Archive.open_for_writing):
        with pytest.raises(ArchiveError) as error:
            opening(folder)
        assert str(error.value).endswith(
            f"was written by a newer threadqa (schema 9; this one reads up to {len(MIGRATIONS)}): "
            "upgrade threadqa"
        )


def test_an_older_archive_is_upgraded_by_its_writer_and_keeps_its_content(folder: Path) -> None:
    with Archive.open_for_writing(folder) as archive:
        write(archive, "a.txt", thread("t", ["one"]))
    with pytest.raises(ArchiveError, match=r"older threadqa .* run `threadqa index PATH…`"):
        Archive.open_for_reading(folder, migrations=NEXT)
    with Archive.open_for_writing(folder, migrations=NEXT) as archive:
        assert archive.thread("t").posts[0].text == "one"
        assert archive._database.value("SELECT language FROM threads") == "en"
    with Archive.open_for_reading(folder, migrations=NEXT) as archive:
        assert archive._database.value("PRAGMA user_version") == len(NEXT)
        assert archive._database.value("PRAGMA application_id") == APPLICATION_ID
    with pytest.raises(ArchiveError, match="newer threadqa"):
        Archive.open_for_reading(folder)


def test_a_failed_upgrade_leaves_the_archive_as_it_was(folder: Path) -> None:
    with Archive.open_for_writing(folder) as archive:
        write(archive, "a.txt", thread("t", ["one"]))
    broken = (*NEXT, ("CREATE TABLE fine (x)", "ALTER TABLE no_such_table ADD COLUMN x"))
    with pytest.raises(ArchiveError, match="no such table"):
        Archive.open_for_writing(folder, migrations=broken)
    with Archive.open_for_reading(folder) as archive:
        assert archive.thread("t").posts[0].text == "one"


def test_a_second_writer_is_told_who_writes(folder: Path) -> None:
    program = (
        "import sys, pathlib; from threadqa.archive import Archive\n"
        "with Archive.open_for_writing(pathlib.Path(sys.argv[1])):\n"
        "    print('ready', flush=True); sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "ready\n"
        with pytest.raises(ArchiveBusyError) as error:
            Archive.open_for_writing(folder)
        assert str(error.value) == (
            f"another threadqa (pid {other.pid}) is writing to {folder}: wait for it to finish"
        )
        Archive.open_for_reading(folder).close()  # reading needs no lock
        other.kill()
    Archive.open_for_writing(folder).close()  # the lock died with its process


def test_the_lock_is_released_with_the_archive_also_after_an_error(folder: Path) -> None:
    damage(folder, b"not a database" * 100)
    with pytest.raises(ArchiveError, match="damaged"):
        Archive.open_for_writing(folder)
    with WriterLock(folder), pytest.raises(ArchiveBusyError):
        WriterLock(folder)
    WriterLock(folder).close()


def test_a_lock_file_without_a_process_id_is_named_as_such(folder: Path) -> None:
    folder.mkdir()
    with WriterLock(folder):
        (folder / "lock").write_text("")
        with pytest.raises(ArchiveBusyError, match="process id unknown"):
            WriterLock(folder)


def test_a_folder_that_cannot_be_made_or_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ArchiveError, match="cannot make the folder"):
        Archive.open_for_writing(tmp_path / "file" / "index")
    with pytest.raises(ArchiveError, match="cannot write to"):
        WriterLock(tmp_path / "missing")
    (tmp_path / "archive.sqlite").mkdir()
    with pytest.raises(ArchiveError, match="cannot read or write"):
        Archive.open_for_writing(tmp_path)


def test_an_archive_opened_for_reading_cannot_be_changed(folder: Path) -> None:
    Archive.open_for_writing(folder).close()
    with (
        Archive.open_for_reading(folder) as archive,
        pytest.raises(ArchiveError, match="cannot read or write"),
        archive.transaction(),
    ):
        archive.bump_generation()


def test_a_snapshot_does_not_change_while_a_writer_commits(folder: Path) -> None:
    with Archive.open_for_writing(folder) as writer:
        write(writer, "a.txt", thread("t", ["old"]))
        with Archive.open_for_reading(folder) as reader:
            with reader.snapshot(), reader.snapshot():
                write(writer, "a.txt", thread("t", ["new"]))
                assert reader.generation == 1
                assert reader.thread("t").posts[0].text == "old"
            assert reader.generation == 2
            assert reader.thread("t").posts[0].text == "new"


def test_nobody_sees_a_transaction_before_its_commit(folder: Path) -> None:
    with Archive.open_for_writing(folder) as writer:
        write(writer, "a.txt", thread("t", ["old"]))
        with Archive.open_for_reading(folder) as reader, writer.transaction():
            writer.replace_source(record("a.txt"), [thread("t", ["new"])], keys)
            writer.bump_generation()
            assert writer.thread("t").posts[0].text == "new"
            assert (reader.generation, reader.thread("t").posts[0].text) == (1, "old")


def test_a_killed_writer_leaves_the_last_commit(folder: Path) -> None:
    with Archive.open_for_writing(folder) as archive:
        write(archive, "a.txt", thread("t", ["old"]))
    program = (
        "import os, pathlib, signal, sys; from threadqa.archive import Archive\n"
        "archive = Archive.open_for_writing(pathlib.Path(sys.argv[1]))\n"
        "with archive.transaction():\n"
        "    archive.delete_source('a.txt'); archive.bump_generation()\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", program, str(folder)], check=False)
    assert done.returncode == -9
    with Archive.open_for_writing(folder) as archive:
        assert archive.generation == 1
        assert archive.thread("t").posts[0].text == "old"


def test_deleted_text_is_in_no_file_after_the_checkpoint(folder: Path) -> None:
    secret = "zanzibar-protocol"
    with Archive.open_for_writing(folder) as archive:
        write(archive, "a.txt", thread("t", [f"{secret} {number}" for number in range(300)]))
        write(archive, "b.txt", thread("u", ["kept for good"], source="b.txt"))
        with archive.transaction():
            archive.delete_source("a.txt")
        assert archive.checkpoint()
        content = b"".join(path.read_bytes() for path in folder.iterdir())
        assert secret.encode() not in content
        assert b"kept for good" in content


def test_a_checkpoint_says_when_a_reader_holds_it_up(folder: Path) -> None:
    with Archive.open_for_writing(folder) as writer:
        write(writer, "a.txt", thread("t", ["old"]))
        writer._database.execute("PRAGMA busy_timeout = 1")
        with Archive.open_for_reading(folder) as reader:
            with reader.snapshot():
                write(writer, "a.txt", thread("t", ["new"]))
                assert not writer.checkpoint()
            assert writer.checkpoint()


def test_a_database_that_another_program_writes_to_is_busy(folder: Path) -> None:
    with Archive.open_for_writing(folder) as archive:
        archive._database.execute("PRAGMA busy_timeout = 1")
        with (
            Database(folder / "archive.sqlite", writable=True) as other,
            other.transaction(),
            pytest.raises(ArchiveBusyError, match="another process is writing"),
            archive.transaction(),
        ):
            archive.bump_generation()


def test_a_full_disk_says_so_and_changes_nothing(folder: Path) -> None:
    with Archive.open_for_writing(folder) as archive:
        pages = archive._database.value("PRAGMA page_count")
        archive._database.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(ArchiveError, match="free disk space"):
            write(archive, "a.txt", thread("t", ["a long text " * 1000]))
        assert archive.generation == 0
        assert archive.sources() == []


def test_using_a_closed_archive_is_a_bug_and_not_damage(archive: Archive) -> None:
    archive.close()
    with pytest.raises(sqlite3.ProgrammingError):
        archive.counts()


def test_commits_are_synced_and_deletions_overwritten(archive: Archive) -> None:
    database = archive._database
    assert database.value("PRAGMA journal_mode") == "wal"
    assert database.value("PRAGMA synchronous") == 2
    assert database.value("PRAGMA secure_delete") == 1
    assert database.value("PRAGMA foreign_keys") == 1


@pytest.mark.parametrize(
    ("name", "size", "complaint"), [("", 1, "needs a name"), ("a.txt", -1, "size -1 is below 0")]
)
def test_a_source_record_that_makes_no_sense_is_refused(
    name: str, size: int, complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        SourceRecord(path="/x", name=name, format="x", size=size, content_hash="h")
