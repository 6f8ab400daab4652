"""What each part of retrieval is worth: every set searched again with one part off at a time.

    python tools/ablation.py ../shared

Records the figures and writes the table of docs/evaluation.md; without the sets beside the project
it searches examples/ and prints the table only. Posts are found by the code that users run, with a
setting or a constant changed; constants are changed here, for production has no switch for them.
"""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

from evaluate import ROOT, SHOWN, sets_at_hand, shown, signed, with_table
from question_sets import DevelopmentSet, passages, serving
from threadqa.answers import Hit
from threadqa.archive.archive import Archive
from threadqa.encoders.cross_encoder import Passage, Scores, packaged_cross_encoder
from threadqa.evaluation.marking import mark_relevant
from threadqa.evaluation.measures import ranking_measures
from threadqa.evaluation.runner import Subject
from threadqa.indexing.context import REPEATS
from threadqa.questions.evidence import Evidence
from threadqa.retrieval.reranking import RankingModel, default_ranking
from threadqa.retrieval.retriever import RERANKED, best_first, read_first

__all__ = [
    "Part",
    "Remembering",
    "Row",
    "Search",
    "ablation_table",
    "ordered",
    "parts",
    "reading",
    "rows",
    "turned_off",
]

COMMAND = "make ablation"
OUT = ROOT / "eval" / "results" / "ablation.json"
DEPTH = 10
MEASURES = ("nDCG@10", "R@5")
# Nearly all of its questions are follow-ups, which are left out.
NOT_SEARCHED = "mtrag-un"
DERIVED = "generations"

Values = dict[str, list[Mapping[str, float]]]
"""By the name of the part that is off, the measures of each question."""

Floats = NDArray[np.float64]

Read = Callable[[Floats], Floats]
"""What the cross-encoder says of hits of these values under the ranking model, both shape (n,)."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Search:
    """A way to find posts; a value is equal to itself only.

    Attributes:
        settings: Settings that differ from the defaults.
        constants: By dotted name, values that differ from production's. They change what the
            indexes hold.
    """

    settings: Mapping[str, object] = field(default_factory=dict)
    constants: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of retrieval that can be off.

    Attributes:
        name: As the table has it.
        search: Finds posts without it.
        ranking: Orders what was found without it; None for the order of the fused scores.
    """

    name: str
    search: Search
    ranking: RankingModel | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What is left with a part off.

    Attributes:
        off: Name of the part.
        measures: Means over the questions of a set, by set and measure.
    """

    off: str
    measures: Mapping[str, Mapping[str, float]]


def parts() -> tuple[Part, ...]:
    """Nothing, then each part, in the order of the pipeline."""
    whole = Search()
    context = "threadqa.indexing.context"
    searches = {
        "the thread in the vectors": Search(constants={f"{context}.NEIGHBOUR_WEIGHTS": {}}),
        # The post stands there as often as before: a set without threads must lose nothing.
        "the thread in the words": Search(constants={f"{context}.REPEATS": {0: REPEATS[0]}}),
        "hashtags and handles apart": Search(
            constants={
                f"{context}.with_compounds_apart": str,
                "threadqa.questions.post_words.with_compounds_apart": str,
            }
        ),
    }
    lexical_only = Search(settings={"dense_weight": 0.0})
    dense_only = Search(settings={"dense_weight": 1.0})
    return (
        Part(name="nothing", search=whole, ranking=default_ranking()),
        Part(name="the dense half", search=lexical_only, ranking=_blind_to("dense")),
        Part(name="the lexical half", search=dense_only, ranking=_blind_to("lexical")),
        *(
            Part(name=name, search=search, ranking=default_ranking())
            for name, search in searches.items()
        ),
        Part(name="reranking", search=whole, ranking=None),
        Part(name="the cross-encoder", search=whole, ranking=replace(default_ranking(), reading=0)),
        *(
            Part(name=f"evidence: {kind.name}", search=whole, ranking=_blind_to(kind.name))
            for kind in fields(Evidence)
        ),
    )


def _blind_to(kind: str) -> RankingModel:
    """The shipped model with the coefficient of a kind of evidence 0; not fitted again."""
    shipped = default_ranking()
    return replace(shipped, coefficients={**shipped.coefficients, kind: 0.0})


@contextmanager
def turned_off(constants: Mapping[str, object]) -> Iterator[None]:
    """Production with other constants, until the block ends.

    Args:
        constants: Values by dotted name.
    """
    with ExitStack() as changes:
        for name, value in constants.items():
            changes.enter_context(patch(name, value))
        yield


@contextmanager
def searching(given: DevelopmentSet, search: Search, index: Path) -> Iterator[Subject]:
    """An assistant that finds posts in this way, and leaves them in the order of fused scores.

    Args:
        given: Posts.
        search: How.
        index: Of the posts, as production builds it. Where constants differ, a copy is used, whose
            search indexes are built again from the archive; nothing is embedded again.
    """
    with TemporaryDirectory() as temporary, turned_off(search.constants):
        folder = index
        if search.constants:
            folder = Path(temporary) / "index"
            shutil.copytree(index, folder, ignore=shutil.ignore_patterns(DERIVED))
        with serving(given.posts, folder, reranker="none", **search.settings) as subject:
            yield subject


class Remembering:
    """The cross-encoder that is shipped, which reads a pair once: most parts ask for the same."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, Passage], float] = {}

    def scores(self, question: str, passages: Sequence[Passage]) -> Scores:
        """See ``CrossEncoder``."""
        new = [one for one in passages if (question, one) not in self._known]
        scores = packaged_cross_encoder().scores(question, new)
        self._known |= {(question, one): float(s) for one, s in zip(new, scores, strict=True)}
        return np.array([self._known[question, one] for one in passages], np.float32)


def reading(
    cross_encoder: Remembering,
    archive: Archive,
    question: str,
    shown: Sequence[tuple[Hit, Evidence]],
) -> Read:
    """How a question's hits are read."""

    def passage(place: int) -> Passage:
        (read,) = passages(archive, [shown[place][0]])
        return read

    return lambda values: read_first(cross_encoder, question, passage, values)


def ordered(
    shown: Sequence[tuple[Hit, Evidence]], ranking: RankingModel | None, read: Read
) -> list[str]:
    """Ids of the best posts, as ``Assistant.search`` gives them under a ranking model.

    One search is so put in the orders of many models.

    Args:
        shown: The hits that are reranked, in the order of their fused scores.
        ranking: None leaves them so.
        read: Has its say where the model gives it a weight.

    Returns:
        At most `DEPTH`, best first, ties in the order given.
    """
    values = np.zeros(len(shown))
    if ranking is not None and shown:
        values += [ranking.value(evidence) for _, evidence in shown]
        if ranking.reading:
            values += ranking.reading * read(values)
    return [shown[place][0].post.id for place in best_first(values)[:DEPTH]]


def measured(given: DevelopmentSet, chosen: Sequence[Part], index: Path) -> Values:
    """Measures the questions of a set that stand alone and have relevant posts.

    Args:
        given: Posts and questions.
        chosen: Parts, each off in turn; those with the same search share it.
        index: Where the posts are indexed.
    """
    with serving(given.posts, index) as subject:
        relevance = mark_relevant(given.questions.questions, subject.archive).relevance
    values: Values = {part.name: [] for part in chosen}
    remembering = Remembering()
    for search in dict.fromkeys(part.search for part in chosen):
        sharing = [part for part in chosen if part.search is search]
        with searching(given, search, index) as subject:
            for question in given.questions.questions:
                grades = relevance[question.id] or {}
                if question.history or not any(grade > 0 for grade in grades.values()):
                    continue
                shown = subject.assistant.evidence(question.question, RERANKED)
                read = reading(remembering, subject.archive, question.question, shown)
                for part in sharing:
                    ranking = ordered(shown, part.ranking, read)
                    values[part.name].append(ranking_measures(grades, ranking))
    return values


def rows(by_set: Mapping[str, Values], chosen: Sequence[Part]) -> list[Row]:
    """For each part, the means over the questions of each set, to four decimals."""
    return [
        Row(
            off=part.name,
            measures={
                name: {
                    measure: round(fmean(each[measure] for each in values[part.name]), 4)
                    for measure in MEASURES
                }
                for name, values in by_set.items()
            },
        )
        for part in chosen
    ]


def ablation_table(counts: Mapping[str, int], found: Sequence[Row]) -> str:
    """docs/evaluation.md's table: nDCG@10, and what is gained or lost against the first row.

    Args:
        counts: Questions by set.
        found: The first with nothing off.
    """
    lines = [
        f"| off | {' | '.join(f'{SHOWN[name]}, {count:,}' for name, count in counts.items())} |",
        f"| --- |{' --- |' * len(counts)}",
    ]
    whole = found[0]
    for row in found:
        cells = []
        for name in counts:
            value, base = row.measures[name]["nDCG@10"], whole.measures[name]["nDCG@10"]
            change = "" if row is whole else f" ({signed(value - base)})"
            cells.append(shown(value) + change)
        lines.append(f"| {row.off} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> None:
    """Searches, records, writes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", type=Path, nargs="?")
    parser.add_argument("--cache", type=Path, help="keep the indexes here")
    arguments = parser.parse_args()
    chosen = parts()
    by_set: dict[str, Values] = {}
    with TemporaryDirectory() as temporary:
        for given in sets_at_hand(arguments.shared):
            if given.group == NOT_SEARCHED:
                continue
            index = (arguments.cache or Path(temporary)) / given.name
            so_far = by_set.setdefault(given.group, {part.name: [] for part in chosen})
            for name, measures in measured(given, chosen, index).items():
                so_far[name] += measures
            print(f"{given.name}: done", flush=True)
    counts = {name: len(values[chosen[0].name]) for name, values in by_set.items()}
    found = rows(by_set, chosen)
    table = ablation_table(counts, found)
    if set(by_set) == set(SHOWN) - {NOT_SEARCHED}:
        recorded = {"command": COMMAND, "sets": counts, "rows": [asdict(row) for row in found]}
        OUT.write_text(json.dumps(recorded, indent=2) + "\n", "utf-8")
        document = ROOT / "docs" / "evaluation.md"
        document.write_text(with_table(document.read_text("utf-8"), table, COMMAND), "utf-8")
    print(table)


if __name__ == "__main__":
    main()
