"""The lexical index: posts' words in Tantivy, ranked by BM25."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from threadqa.errors import SearchIndexError
from threadqa.search_indexes.ranking import Rows, Scores, best, contains, is_settled, nothing
from threadqa.search_indexes.stop_words import STOP_WORDS

if TYPE_CHECKING:
    import tantivy

__all__ = [
    "LexicalDocument",
    "LexicalIndex",
    "Words",
    "analyse",
    "build_lexical",
    "open_lexical",
    "words",
]

Words = str | Mapping[str, float]
"""A text, or terms of `analyse`, each with what its score is multiplied by, above 0."""

WRITER_HEAP_BYTES_PER_THREAD = 128_000_000
MAX_WRITER_THREADS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class LexicalDocument:
    """A post as the lexical index takes it.

    Attributes:
        row: Its row in the archive, from 0.
        text: Its own text: what phrases and excluded words are looked up in.
        context: What it is ranked by: its own text, said as often as it counts, and its
            neighbours' texts.
    """

    row: int
    text: str
    context: str


class LexicalIndex:
    """An open lexical index; any number of threads may search it."""

    def __init__(self, index: tantivy.Index) -> None:
        """Use `open_lexical`."""
        self._schema = index.schema
        self._searcher = index.searcher()

    @property
    def count(self) -> int:
        """How many posts it holds."""
        return int(self._searcher.num_docs)

    def document_frequency(self, term: str) -> int:
        """In how many posts' contexts a term of `analyse` stands."""
        return int(self._searcher.doc_freq("context", term))

    def search(
        self,
        text: Words,
        k: int,
        allowed: Rows | None = None,
        *,
        phrases: Sequence[str] = (),
        excluded: Sequence[str] = (),
    ) -> tuple[Rows, Scores]:
        """Finds the posts whose contexts have most of a text's words, by BM25.

        Each distinct term of the text counts once, however often it stands there. BM25 is
        Tantivy's: k1 = 1.2, b = 0.75, idf = ln(1 + (N - n + 0.5) / (n + 0.5)), statistics over
        the whole index, lengths above 40 words rounded to 8 bits.

        Args:
            text: Any text, or weighted terms; without words, nothing is found.
            k: How many to give at most.
            allowed: Rows that may be found, ascending; None for all.
            phrases: What must stand in the post's own text, word for word; letter case and
                accents aside. Does not change scores.
            excluded: Words or phrases that must not stand in it.

        Returns:
            Rows and scores, highest first, ties by row ascending.
        """
        terms = _weighted(text)
        available = self.count if allowed is None else min(self.count, int(allowed.size))
        if k < 1 or not terms or not available:
            return nothing()
        query = self._query(self._any_of(terms), phrases, excluded)
        # Both ways are exact. One looks up each allowed row; the other reads hits until enough
        # of them are allowed: about k · count / allowed of them.
        if allowed is not None and available**2 <= k * self.count:
            query = self._all_of(query, self._among(allowed))
            allowed = None
        limit = k + 1 if allowed is None else math.ceil(1.5 * k * self.count / available) + 1
        while True:
            limit = min(limit, self.count)
            rows, scores = self._hits(query, limit)
            seen = len(rows)
            lowest = float(scores[-1]) if seen else 0.0
            if allowed is not None:
                keep = contains(allowed, rows)
                rows, scores = rows[keep], scores[keep]
            if seen < limit or limit == self.count or is_settled(scores, k, lowest):
                return best(rows, scores, k)
            limit *= 4

    def scores(self, text: Words, rows: Rows) -> Scores:
        """BM25 of given rows, as `search` gives it; 0 for those without any of the words.

        Args:
            text: Any text, or weighted terms.
            rows: Any rows.

        Returns:
            float32, shape (len(rows),).
        """
        result = np.zeros(len(rows), np.float32)
        terms = _weighted(text)
        if not terms or not len(rows) or not self.count:
            return result
        query = self._all_of(self._any_of(terms), self._among(rows))
        found, scores = self._hits(query, min(len(rows), self.count))
        by_row = dict(zip(found.tolist(), scores.tolist(), strict=True))
        for place, row in enumerate(rows.tolist()):
            result[place] = by_row.get(row, 0.0)
        return result

    def matching(self, phrases: Sequence[str] = (), excluded: Sequence[str] = ()) -> Rows:
        """All posts that have every phrase and nothing excluded: rows, ascending."""
        import tantivy

        if not self.count:
            return np.zeros(0, np.int64)
        query = self._query(tantivy.Query.all_query(), phrases, excluded)
        rows, _ = self._hits(query, self.count)
        return np.sort(rows)

    def _hits(self, query: tantivy.Query, limit: int) -> tuple[Rows, Scores]:
        """At most `limit` rows and scores, highest first, ties in Tantivy's own order."""
        with _tantivy_errors("searching the lexical index"):
            hits = self._searcher.search(query, limit=limit, count=False).hits
            # The row is a column of its own: reading stored documents takes 50 times as long.
            rows = self._searcher.fast_field_values("row", [address for _, address in hits])
        return np.array(rows, np.int64), np.array([score for score, _ in hits], np.float32)

    def _any_of(self, terms: Mapping[str, float]) -> tantivy.Query:
        import tantivy

        def scored(term: str, weight: float) -> tantivy.Query:
            query = tantivy.Query.term_query(self._schema, "context", term, "freq")
            return query if weight == 1.0 else tantivy.Query.boost_query(query, weight)

        return tantivy.Query.boolean_query(
            [(tantivy.Occur.Should, scored(term, weight)) for term, weight in terms.items()]
        )

    def _among(self, rows: Rows) -> tantivy.Query:
        import tantivy

        return tantivy.Query.term_set_query(self._schema, "row", rows.tolist())

    def _all_of(self, ranked: tantivy.Query, *conditions: tantivy.Query) -> tantivy.Query:
        import tantivy

        if not conditions:  # a plain union skips blocks of postings that cannot score; nested, not
            return ranked
        must = tantivy.Occur.Must
        unscored = [(must, tantivy.Query.const_score_query(query, 0.0)) for query in conditions]
        return tantivy.Query.boolean_query([(must, ranked), *unscored])

    def _query(
        self, ranked: tantivy.Query, phrases: Sequence[str], excluded: Sequence[str]
    ) -> tantivy.Query:
        import tantivy

        required = [self._phrase(found) for found in map(words, phrases) if found]
        query = self._all_of(ranked, *required)
        unwanted = [self._phrase(found) for found in map(words, excluded) if found]
        if not unwanted:
            return query
        return tantivy.Query.boolean_query(
            [(tantivy.Occur.Must, query), *((tantivy.Occur.MustNot, part) for part in unwanted)]
        )

    def _phrase(self, found: Sequence[str]) -> tantivy.Query:
        import tantivy

        if len(found) == 1:
            return tantivy.Query.term_query(self._schema, "words", found[0])
        return tantivy.Query.phrase_query(self._schema, "words", list(found))


def _weighted(text: Words) -> Mapping[str, float]:
    return dict.fromkeys(analyse(text), 1.0) if isinstance(text, str) else text


def analyse(text: str) -> list[str]:
    """The terms of a question: distinct stems without stop words, in order of appearance.

    Letters are lower-cased and lose their accents; stems are Snowball's English ones. Where a
    text has nothing but stop words, they are its terms.
    """
    terms = _analyser("terms").analyze(text) or _analyser("stems").analyze(text)
    return list(dict.fromkeys(terms))


def words(text: str) -> list[str]:
    """The words of a text in order, lower-case and without accents, none left out."""
    return list(_analyser("words").analyze(text))


def open_lexical(folder: Path) -> LexicalIndex:
    """Opens an index that `build_lexical` wrote.

    Args:
        folder: Its folder.

    Raises:
        SearchIndexError: It is missing or damaged.
    """
    import tantivy

    with _tantivy_errors(f"opening {folder}"):
        return LexicalIndex(tantivy.Index.open(os.fspath(folder)))


def build_lexical(
    folder: Path, documents: Iterable[LexicalDocument], *, writer_threads: int | None = None
) -> int:
    """Writes a lexical index.

    Args:
        folder: An empty or missing folder.
        documents: The posts, each row once. Read once, in bounded memory.
        writer_threads: How many threads write; None for one a core, four at most. Scores do not
            depend on it: BM25's statistics are those of the whole index.

    Returns:
        How many posts it holds.

    Raises:
        SearchIndexError: The folder cannot be written.
    """
    import tantivy

    threads = writer_threads or min(MAX_WRITER_THREADS, os.cpu_count() or 1)
    count = 0
    with _tantivy_errors(f"writing {folder}"):
        folder.mkdir(parents=True, exist_ok=True)
        index = tantivy.Index(_schema(), os.fspath(folder), reuse=False)
        for name in ("stems", "words"):
            index.register_tokenizer(f"threadqa_{name}", _analyser(name))
        writer = index.writer(WRITER_HEAP_BYTES_PER_THREAD * threads, threads)
        for document in documents:
            entry = tantivy.Document()
            entry.add_unsigned("row", document.row)
            entry.add_text("context", document.context)
            entry.add_text("words", document.text)
            writer.add_document(entry)
            count += 1
        writer.commit()
        writer.wait_merging_threads()
    return count


def _schema() -> tantivy.Schema:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("row", indexed=True, fast=True)
    builder.add_text_field("context", tokenizer_name="threadqa_stems", index_option="freq")
    builder.add_text_field("words", tokenizer_name="threadqa_words", index_option="position")
    return builder.build()


@cache
def _analyser(name: str) -> tantivy.TextAnalyzer:
    """The analyser of "words", of "stems" of them, or of "terms": stems without stop words."""
    import tantivy

    builder = (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
    )
    if name == "terms":
        builder = builder.filter(tantivy.Filter.custom_stopword(sorted(STOP_WORDS)))
    if name != "words":
        builder = builder.filter(tantivy.Filter.stemmer("english"))
    return builder.build()


@contextmanager
def _tantivy_errors(doing: str) -> Iterator[None]:
    try:
        yield
    except (ValueError, OSError, RuntimeError) as error:
        raise SearchIndexError(f"{doing} failed ({error}): rebuild the search indexes") from error
