"""Post vectors, one per distinct text that was encoded, stored as float16.

A vector is known by its encoder's fingerprint and a key: a hash of the exact text that was given
to the encoder. float16 keeps 11 significant bits: of a unit vector, each component is off by at
most 2^-11 of its size, and an inner product of two by less than 1e-3.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from threadqa.archive.database import Database, placeholders
from threadqa.errors import ArchiveError

__all__ = [
    "collect_garbage",
    "decode",
    "encoder_id",
    "missing_vectors",
    "put_vectors",
    "vectors",
]

STORED = np.dtype("<f2")  # little-endian wherever the file goes
CHUNK = 500  # values in one IN list; SQLite allows 32766, older ones 999


def chunks(values: Iterable[bytes]) -> Iterator[list[bytes]]:
    """Splits values into lists that fit an IN list."""
    iterator = iter(values)
    while chunk := list(islice(iterator, CHUNK)):
        yield chunk


def encoder_id(database: Database, encoder: str) -> int:
    """An encoder's id in table `encoders`; -1, which no vector has, where it is unknown."""
    found = database.value("SELECT id FROM encoders WHERE fingerprint = ?", (encoder,))
    return -1 if found is None else int(found)


def missing_vectors(database: Database, encoder: str, keys: Iterable[bytes]) -> list[bytes]:
    """The keys without a vector of this encoder, each once, in order of first appearance."""
    wanted = dict.fromkeys(keys)
    number = encoder_id(database, encoder)
    if number >= 0:
        for chunk in chunks(list(wanted)):
            marks = placeholders(len(chunk))
            sql = f"SELECT key FROM vectors WHERE encoder = ? AND key IN ({marks})"
            for (key,) in database.rows(sql, (number, *chunk)):
                del wanted[key]
    return list(wanted)


def put_vectors(
    database: Database, encoder: str, keys: Sequence[bytes], values: NDArray[np.float32]
) -> None:
    """Stores vectors; one that is stored already is replaced.

    Args:
        database: Writable; its open transaction is used, else one of its own.
        encoder: Fingerprint of the encoder that made them.
        keys: One key a vector.
        values: float32, shape (len(keys), d), finite.

    Raises:
        ValueError: The shapes do not fit, or a value is not finite in float16.
    """
    with np.errstate(over="ignore"):  # a value beyond float16 becomes inf, and is refused
        stored = values.astype(STORED)
    if stored.ndim != 2 or len(keys) != len(stored):
        raise ValueError(f"{len(keys)} keys do not fit vectors of shape {values.shape}")
    if not np.isfinite(stored).all():
        raise ValueError(f"a vector of encoder {encoder} has values that float16 cannot hold")
    with database.joined_transaction():
        database.execute("INSERT OR IGNORE INTO encoders (fingerprint) VALUES (?)", (encoder,))
        number = encoder_id(database, encoder)
        database.execute_many(
            "INSERT INTO vectors (encoder, key, vector) VALUES (?, ?, ?) "
            "ON CONFLICT (encoder, key) DO UPDATE SET vector = excluded.vector",
            ((number, key, row.tobytes()) for key, row in zip(keys, stored, strict=True)),
        )


def vectors(database: Database, encoder: str, keys: Sequence[bytes]) -> NDArray[np.float32]:
    """Vectors by key.

    Args:
        database: The archive's database.
        encoder: Fingerprint of the encoder that made them.
        keys: Any number of keys, repeats included.

    Returns:
        float32, shape (len(keys), d), in the order of the keys; (0, 0) for no keys.

    Raises:
        ArchiveError: A key has no vector.
    """
    number = encoder_id(database, encoder)
    found: dict[bytes, bytes] = {}
    for chunk in chunks(dict.fromkeys(keys)):
        marks = placeholders(len(chunk))
        sql = f"SELECT key, vector FROM vectors WHERE encoder = ? AND key IN ({marks})"
        found.update(database.rows(sql, (number, *chunk)))
    if any(key not in found for key in keys):
        raise _incomplete(database, encoder)
    return decode(database, encoder, [found[key] for key in keys])


def decode(database: Database, encoder: str, blobs: Sequence[bytes | None]) -> NDArray[np.float32]:
    """Vectors from their stored form.

    Args:
        database: Where they come from, for messages.
        encoder: Likewise.
        blobs: Values of column `vector`, of one length; None where there is none.

    Returns:
        float32, shape (len(blobs), d); (0, 0) for none.

    Raises:
        ArchiveError: One is missing, or their lengths differ.
    """
    if not blobs:
        return np.zeros((0, 0), np.float32)
    present = [blob for blob in blobs if blob is not None]
    if len(present) < len(blobs) or len({len(blob) for blob in present}) > 1:
        raise _incomplete(database, encoder)
    joined = np.frombuffer(b"".join(present), STORED)
    return joined.reshape(len(present), -1).astype(np.float32)


def collect_garbage(database: Database, encoder: str | None) -> int:
    """Deletes the vectors that no post uses, and those of other encoders.

    Args:
        database: Writable; its open transaction is used, else one of its own.
        encoder: Fingerprint of the encoder whose vectors stay.

    Returns:
        How many vectors were deleted.
    """
    number = -1 if encoder is None else encoder_id(database, encoder)
    with database.joined_transaction():
        deleted = database.execute(
            "DELETE FROM vectors WHERE encoder <> ? OR key NOT IN (SELECT vector_key FROM posts)",
            (number,),
        ).rowcount
        database.execute("DELETE FROM encoders WHERE id <> ?", (number,))
    return deleted


def _incomplete(database: Database, encoder: str) -> ArchiveError:
    return ArchiveError(
        f"{database.path} lacks vectors of encoder {encoder} for some posts: run "
        "`threadqa index PATH…` to encode them"
    )
