"""What turns a sentence against its posts: denials, opposites, and saying more than they do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from threadqa.answering.support.bindings import Weigh
from threadqa.answering.support.dates import is_held
from threadqa.answering.support.evidence import Evidence, Held
from threadqa.answering.support.lexicon import CERTAIN, HEDGES, UNIVERSAL, opposites
from threadqa.answering.support.reading import Reading, read

__all__ = ["aligned", "conflicts", "scattered"]

# Of the best sentence's overlap, what another needs to count as what a sentence rests on.
NEARLY = 0.6
# Of what a clause shares with one post, what it must share with the post that has its number.
WITH_NUMBER = 0.5


def aligned(said: Reading, held: Evidence, weigh: Weigh) -> list[Held]:
    """The sentences of the posts that share most with a sentence, best first."""
    stems = {word.stem for word in said.words}
    keys = {quantity.key for quantity in said.quantities}
    shares = []
    for place, sentence in enumerate(held.sentences):
        shared = stems & {word.stem for word in sentence.reading.words}
        numbers = keys & {quantity.key for quantity in sentence.reading.quantities}
        shares.append((-sum(map(weigh, shared)) - 3.0 * len(numbers), place))
    best = min(shares)[0]
    if not best:
        return []
    return [held.sentences[place] for share, place in sorted(shares) if share <= NEARLY * best]


def conflicts(said: Reading, near: Sequence[Held], held: Evidence) -> Iterator[str]:
    """Names what in a sentence goes against the sentences of the posts that it rests on.

    Args:
        said: The sentence.
        near: What it rests on.
        held: All of the posts.
    """
    yield from _denials(said, near, held)
    yield from _opposites(said, near)
    yield from _overstatements(said, near, held)


def _denials(said: Reading, near: Sequence[Held], held: Evidence) -> Iterator[str]:
    """What is denied on one side only."""
    own = {word.stem for word in said.words}
    denied = {word.stem for word in said.words if word.is_denied}
    their_denied, their_plain = _polarities(near)
    all_denied, all_plain = _polarities(held.sentences)
    for nearest in [reach[0] for reach in said.denials if reach]:
        known = nearest in their_denied or nearest in their_plain
        there, plainly = (their_denied, their_plain) if known else (all_denied, all_plain)
        if nearest in plainly and nearest not in there:
            yield f"not {nearest}"
    for reach in near[0].reading.denials if near else ():
        shared = [stem for stem in reach[:3] if stem in own]
        if shared and not denied.intersection(shared) and shared[0] not in their_plain:
            yield f"{shared[0]}, which is denied"


def _polarities(sentences: Sequence[Held]) -> tuple[set[str], set[str]]:
    """Stems that are denied somewhere, and those that are not denied somewhere."""
    words = [word for held in sentences for word in held.reading.words]
    denied = {word.stem for word in words if word.is_denied}
    return denied, {word.stem for word in words if not word.is_denied}


def _opposites(said: Reading, near: Sequence[Held]) -> Iterator[str]:
    """Words whose opposite stands in the posts, and which do not."""
    own = {word.stem: word for word in said.words}
    theirs = {word.stem: word for sentence in near for word in sentence.reading.words}
    for stem, word in own.items():
        if stem in theirs:
            continue
        for against in opposites().get(stem, frozenset()) & theirs.keys():
            if against not in own and theirs[against].is_denied == word.is_denied:
                yield f"{word.text}, not {theirs[against].text}"


def _overstatements(said: Reading, near: Sequence[Held], held: Evidence) -> Iterator[str]:
    """All where the posts say some, and certainty where they have none."""
    words = frozenset[str]().union(*(sentence.reading.all_words for sentence in near))
    if UNIVERSAL & said.all_words and not UNIVERSAL & words:
        yield min(UNIVERSAL & said.all_words)
    if CERTAIN & said.all_words and not CERTAIN & held.words:
        yield min(CERTAIN & said.all_words)
    if "will" in said.all_words and "will" not in words and HEDGES & words:
        yield "will"


def scattered(said: Reading, held: Evidence, weigh: Weigh) -> Iterator[str]:
    """Numbers that one post has and whose words or dates are another's: two facts made into one."""
    posts = sorted({sentence.post for sentence in held.sentences})
    readings = {p: [s.reading for s in held.sentences if s.post == p] for p in posts}
    stems = {p: {word.stem for r in readings[p] for word in r.words} for p in posts}
    keys = {p: {quantity.key for r in readings[p] for quantity in r.quantities} for p in posts}
    for clause in map(read, said.clauses if len(posts) > 1 else ()):
        own = {word.stem for word in clause.words}
        shared = {post: sum(map(weigh, own & stems[post])) for post in posts}
        for quantity in clause.quantities:
            having = [post for post in posts if quantity.key in keys[post]]
            dated = [
                post
                for post in having
                if all(
                    is_held(d, [h for r in readings[post] for h in r.dates]) for d in clause.dates
                )
            ]
            enough = WITH_NUMBER * max(shared.values())
            if having and (not dated or max(shared[post] for post in having) < enough):
                yield clause.text[quantity.start : quantity.end]
