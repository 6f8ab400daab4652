"""Words that turn a statement into another one: denials, opposites, quantifiers, hedges."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache

from threadqa.search_indexes.lexical import analyse

__all__ = ["CERTAIN", "CUES", "HEDGES", "UNIVERSAL", "opposites", "plain", "stem"]

# What turns the words after it into their denial.
CUES = frozenset(
    """
    not no never without nobody none nothing neither nor cannot hardly barely scarcely rarely seldom
    unlikely unable fail fails failed failing refuse refuses refused refusing deny denies denied
    denying lack lacks lacked lacking nowhere
    """.split()
)
# Not denials, for all their words.
NO_DENIAL = re.compile(
    r"\b(?:not (?:only|just|merely|simply|least)|no (?:doubt|wonder|more than|fewer than|less than|"
    r"later than|earlier than|matter|surprise|surprises)|nothing (?:but|on|about|of)|why not)\b",
    re.IGNORECASE,
)
# Two words that mean what one does, so that "was turned down" is the opposite of "was accepted".
PHRASES = (
    (r"(?:turn|turns|turned|turning)(?: it| them| him| her| this| that)? down", "reject"),
    (r"(?:vote|votes|voted) (?:down|against)", "reject"),
    (r"(?:leave|leaves|left|leaving) out(?: of)?", "exclude"),
    (r"(?:put|puts|putting) off", "postpone"),
    (r"(?:go|goes|going|went|gone|come|came|move[sd]?) up", "rise"),
    (r"(?:go|goes|going|went|gone|come|came|move[sd]?) down", "fall"),
    (r"up by|was up|were up|is up|are up|up from", "rise"),
    (r"down by|was down|were down|is down|are down|down from|down to", "fall"),
    (r"rather than|instead of|as opposed to", "not"),
    (r"no longer|no one|not any|no-one|not a single", "not"),
    (r"(?:take|takes|took|taken) on", "hire"),
    (r"(?:carry|carries|carried) on", "continue"),
    (r"(?:give|gives|gave|given) up", "abandon"),
    (r"(?:set|sets) up", "establish"),
)
PLAIN = tuple((re.compile(rf"\b(?:{phrase})\b", re.IGNORECASE), word) for phrase, word in PHRASES)
IRREGULAR = {
    "fell": "fall", "fallen": "fall", "rose": "rise", "risen": "rise", "grew": "grow",
    "grown": "grow", "shrank": "shrink", "shrunk": "shrink", "began": "begin", "begun": "begin",
    "went": "go", "gone": "go", "came": "come", "gave": "give", "given": "give", "got": "get",
    "took": "take", "taken": "take", "told": "tell", "said": "say", "found": "find", "met": "meet",
    "left": "leave", "lost": "lose", "won": "win", "held": "hold", "kept": "keep", "led": "lead",
    "paid": "pay", "sent": "send", "spent": "spend", "built": "build", "bought": "buy",
    "sold": "sell", "made": "make", "wrote": "write", "written": "write", "saw": "see",
    "seen": "see", "knew": "know", "known": "know", "thought": "think", "brought": "bring",
    "caught": "catch", "taught": "teach", "chose": "choose", "chosen": "choose", "drove": "drive",
    "driven": "drive", "broke": "break", "broken": "break", "spoke": "speak", "spoken": "speak",
    "ran": "run", "sat": "sit", "stood": "stand", "understood": "understand", "became": "become",
    "felt": "feel", "meant": "mean", "dealt": "deal", "heard": "hear", "fought": "fight",
    "sought": "seek", "shown": "show", "wore": "wear", "threw": "throw", "thrown": "throw",
    "drew": "draw", "drawn": "draw", "withdrew": "withdraw", "withdrawn": "withdraw",
    "fewest": "few", "fewer": "few", "less": "less", "lesser": "less", "worse": "worse",
    "died": "die", "dead": "die", "children": "child", "women": "woman", "men": "man",
    "higher": "high", "highest": "high", "lower": "low", "lowest": "low", "larger": "large",
    "largest": "large", "smaller": "small", "smallest": "small", "bigger": "big", "biggest": "big",
    "longer": "long", "longest": "long", "shorter": "short", "shortest": "short",
    "faster": "fast", "fastest": "fast", "slower": "slow", "slowest": "slow",
    "cheaper": "cheap", "cheapest": "cheap", "stronger": "strong", "strongest": "strong",
    "weaker": "weak", "weakest": "weak", "easier": "easy", "easiest": "easy", "harder": "hard",
    "hardest": "hard", "earlier": "early", "earliest": "early", "later": "late", "latest": "late",
    "poorer": "poor", "richer": "rich", "older": "old", "younger": "young", "youngest": "young",
}  # fmt: skip
# Words of a line are opposites of those across the bar.
OPPOSITES = """
    rise increase grow climb up gain soar jump | fall decrease decline drop shrink down lose plunge
    more | few less
    most | least few
    high | low
    best better good | worst worse bad
    improve | worsen deteriorate
    large big great | small little
    accept approve agree adopt | reject refuse decline dismiss oppose
    support back favour favor endorse | oppose reject condemn
    include count | exclude omit
    allow permit legalise legalize | ban forbid prohibit prevent
    begin start open launch | end stop close finish
    before | after
    above over | below under
    cheap | expensive costly dear
    strong | weak
    fast quick | slow
    easy | difficult hard
    safe | unsafe dangerous
    legal | illegal
    possible | impossible
    likely | unlikely
    same equal | different
    busy | idle
    relieved happy pleased glad satisfied | disappointed unhappy angry sad dissatisfied
    succeed success | fail failure
    win victory | lose defeat
    create establish introduce | abolish scrap
    hire recruit | dismiss fire sack
    join enter | leave quit exit
    add | remove subtract
    raise | lower cut reduce
    confirm | deny
    true correct right | false wrong incorrect
    public | private
    rich | poor
    young | old
    long | short
    full | empty
    local | national
    import | export
    buy | sell
    lend | borrow
    arrive come | depart leave go
    guilty | innocent
    optimistic confident | pessimistic
    free | charge
    remember | forget
    love like | hate dislike
    always | never
    partial part | whole complete
    temporary | permanent
    majority | minority
    maximum | minimum
    expand extend | contract reduce
    tighten | ease loosen relax
    widen | narrow
    ahead | behind
    inside within | outside
"""
UNIVERSAL = frozenset(
    "all every everyone everybody everything each always entirely completely fully entire".split()
)
CERTAIN = frozenset(
    "definitely certainly undoubtedly surely guaranteed guarantee guarantees proved proves proven "
    "inevitably inevitable unquestionably".split()
)
HEDGES = frozenset(
    """
    may might could should would can perhaps maybe probably possibly likely unlikely potentially
    estimate estimates estimated expect expects expected aim aims aimed plan plans planned hope
    hopes hoped propose proposes proposed intend intends intended target targets seek seeks want
    wants wanted meant suppose supposed reportedly allegedly apparently suggest suggests
    suggested appear appears seem seems believe believes believed think thinks thought reckon
    reckons guess if forecast forecasts project projected model modelled risk promise promises
    promised
    """.split()
)


def plain(text: str) -> str:
    """A folded text with phrases that are one word's meaning put as that word."""
    text = NO_DENIAL.sub("", text)
    for phrase, word in PLAIN:
        text = phrase.sub(word, text)
    return text


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The stem of a lower-case word, irregular forms led back to their base."""
    found = analyse(IRREGULAR.get(word, word))
    return found[0] if found else ""


@cache
def opposites() -> Mapping[str, frozenset[str]]:
    """Stems by stem: those that say the opposite."""
    found: dict[str, set[str]] = {}
    for line in OPPOSITES.strip().splitlines():
        one, other = ({stem(word) for word in side.split()} for side in line.split("|"))
        for words, against in ((one, other), (other, one)):
            for word in words:
                found.setdefault(word, set()).update(against)
    return {word: frozenset(against - {word}) for word, against in found.items()}
