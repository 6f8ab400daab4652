"""The numbers of a text, however they are written: "£22bn", "22 billion pounds", "two in three"."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

__all__ = ["Quantity", "folded", "quantities"]

CURRENCIES = {
    "£": "GBP", "gbp": "GBP", "pound": "GBP", "pounds": "GBP", "sterling": "GBP",
    "$": "USD", "us$": "USD", "usd": "USD", "dollar": "USD", "dollars": "USD",
    "€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR",
    "¥": "JPY", "jpy": "JPY", "yen": "JPY", "₹": "INR", "inr": "INR", "rupees": "INR",
    "pence": "pence", "p": "pence", "cents": "cents",
}  # fmt: skip
MAGNITUDES = {
    "hundred": 10**2, "k": 10**3, "thousand": 10**3, "m": 10**6, "mn": 10**6, "mln": 10**6,
    "million": 10**6, "b": 10**9, "bn": 10**9, "bln": 10**9, "billion": 10**9, "tn": 10**12,
    "trn": 10**12, "trillion": 10**12,
}  # fmt: skip
ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
).split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
NUMBER_WORDS = {
    **{word: value for value, word in enumerate(ONES)},
    **{word: 10 * value for value, word in enumerate(TENS, 2)},
    "nil": 0, "dozen": 12,
}  # fmt: skip
ORDINAL_WORDS = {
    **dict(
        zip(
            "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth "
            "thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth "
            "twentieth".split(),
            range(1, 21),
            strict=True,
        )
    ),
    "thirtieth": 30, "fortieth": 40, "fiftieth": 50, "hundredth": 100,
}  # fmt: skip
PARTS = {
    "half": 2, "halves": 2, "third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "seventh": 7,
    "eighth": 8, "ninth": 9, "tenth": 10, "twentieth": 20, "hundredth": 100,
}  # fmt: skip
FACTORS = {
    "twice": 2, "double": 2, "doubled": 2, "doubles": 2, "doubling": 2, "twofold": 2, "thrice": 3,
    "triple": 3, "tripled": 3, "triples": 3, "tripling": 3, "treble": 3, "trebled": 3,
    "threefold": 3, "quadruple": 4, "quadrupled": 4, "fourfold": 4, "fivefold": 5, "tenfold": 10,
}  # fmt: skip
# Unit -> unit in which it is counted, and how many of them.
PERIODS = {
    "second": ("second", 1), "minute": ("minute", 1), "hour": ("hour", 1), "day": ("day", 1),
    "week": ("week", 1), "fortnight": ("week", 2), "month": ("month", 1), "year": ("month", 12),
    "decade": ("month", 120), "century": ("month", 1200),
}  # fmt: skip
EVERY = {
    "daily": ("day", 1), "weekly": ("week", 1), "fortnightly": ("week", 2), "monthly": ("month", 1),
    "yearly": ("month", 12), "annual": ("month", 12), "annually": ("month", 12),
}  # fmt: skip
VULGAR = {"½": (1, 2), "⅓": (1, 3), "⅔": (2, 3), "¼": (1, 4), "¾": (3, 4), "⅕": (1, 5), "⅛": (1, 8)}

FIGURE = r"(?:\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)"
WORD = rf"(?:{'|'.join([*NUMBER_WORDS, 'hundred', 'thousand', 'million', 'billion', 'trillion'])})"
WORDS = rf"(?:{WORD}\b(?:(?:[ -]|\s+and\s+(?!{WORD}\s+(?:in|out)\b))(?={WORD}\b){WORD}\b)*)"
PERIOD = (
    r"(?:seconds?|minutes?|hours?|days?|weeks?|fortnights?|months?|years?|decades?|centur(?:y|ies))"
)
CURRENCY_SIGN = r"(?:us\$|[£$€¥₹])"
MAGNITUDE = r"(?:\s?(?:hundred|thousand|million|billion|trillion|bn|mn|mln|bln|tn|trn)\b|[kmb]\b)"
UNIT = (
    r"(?P<percent>\s?%|[\s-]per\s?cent(?:age)?\b(?!\s+points?)|[\s-]pct\b)"
    r"|(?P<points>[\s-]percentage[\s-]points?\b|\s?pp\b|\s?%\s?points?\b)"
    rf"|(?P<period>(?:[\s-](?:more|full|whole|long|further|consecutive|working|extra))?[\s-]{PERIOD}\b)"
    r"|(?P<money>\s(?:pounds?|dollars?|euros?|yen|rupees|pence|cents|gbp|usd|eur)\b|p\b)"
)
PATTERN = re.compile(
    rf"(?P<part>\b(?:(?P<parts>{WORDS}|an?)[\s-](?P<of>halves|half|thirds?|quarters?|"
    r"(?:fif|six|seven|eigh|nin|ten|twentie|hundred)ths?)|(?P<lone>half|halves|quarters?))\b)"
    rf"|(?P<ratio>(?<![\w.])(?P<some>{FIGURE}|{WORDS})\s+(?:in(?:\s+every)?|out\s+of(?:\s+every)?)\s+"
    rf"(?P<all>{FIGURE}|{WORDS})(?!\s?(?:%|per\s?cent))(?![\w]))"
    r"|(?P<ordinal>\b(?P<place>\d+)(?:st|nd|rd|th)\b"
    rf"|\b(?:(?P<tens>{'|'.join(TENS)})-)?(?P<placed>{'|'.join(ORDINAL_WORDS)})\b)"
    rf"|(?P<factor>\b(?:{'|'.join(FACTORS)})\b)"
    rf"|(?P<vague>\b(?:tens|dozens|hundreds|thousands|millions|billions|trillions)\b)"
    rf"|(?P<every>\b(?:{'|'.join(EVERY)})\b)"
    rf"|(?P<single>\b(?:an?|per|each|every|single)\s+(?P<one>{PERIOD})\b)"
    rf"|(?P<number>(?P<sign>{CURRENCY_SIGN}\s?)?(?<![\w.])"
    rf"(?:(?P<figure>{FIGURE})|\b(?P<words>{WORDS}))(?P<and_half>\s+and\s+a\s+half\b)?"
    rf"(?P<magnitude>{MAGNITUDE})?(?:{UNIT})?)",
    re.IGNORECASE,
)
# "7.6 and 9.1 million", "15-20%", "6 to 10 weeks": what follows the second number is said of both.
RANGE = re.compile(r"\s*(?:[-–—]|to|and|or)\s*", re.IGNORECASE)
UP = re.compile(
    r"\b(?:more than|over|above|at least|no fewer than|no less than|upwards of|exceed(?:s|ed|ing)?|"
    r"longer than)\s+(?:the\s+|a\s+|an\s+)?\Z"
)
DOWN = re.compile(
    r"\b(?:less than|fewer than|under|below|at most|no more than|up to|nearly|almost|"
    r"short of|within)\s+(?:the\s+|a\s+|an\s+)?\Z"
)
REACH = 24
# Hyphens, the figure dash and the minus sign.
HYPHENS = "[\u2010-\u2012\u2212]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A number with what it counts.

    Attributes:
        value: In the unit's own measure; of a share, the part of the whole.
        unit: "" for a plain count, "share", "points", a currency, a period such as "month",
            "ordinal", "factor", or "vague" for the like of "thousands".
        start: Where it begins in the folded text.
        end: Where it ends; half-open.
        bound: 1 where it is a least value, -1 where it is a greatest, 0 where nothing is said.
    """

    value: Fraction
    unit: str
    start: int
    end: int
    bound: int = 0

    @property
    def key(self) -> tuple[str, Fraction]:
        """What two mentions of one quantity have in common."""
        return self.unit, self.value


def folded(text: str) -> str:
    """A text in compatibility form (NFKC), with vulgar fractions as decimals, dashes as hyphens."""
    for sign, (over, under) in VULGAR.items():
        if sign in text:
            decimal = f"{over / under:.4f}".strip("0")
            text = re.sub(rf"(?<=\d){sign}", decimal, text).replace(sign, f"0{decimal}")
    return re.sub(HYPHENS, "-", unicodedata.normalize("NFKC", text)).replace("’", "'")


def quantities(text: str) -> tuple[Quantity, ...]:
    """Reads the numbers of a folded text, in order; "one" counts where it measures something."""
    found = [q for match in PATTERN.finditer(text) if (q := _quantity(text, match))]
    return tuple(_with_shared_units(text, found))


def _quantity(text: str, match: re.Match[str]) -> Quantity | None:
    read = _value(match)
    if read is None:
        return None
    value, unit = read
    before = text[max(match.start() - REACH, 0) : match.start()].lower()
    bound = 1 if UP.search(before) else -1 if DOWN.search(before) else 0
    return Quantity(value=value, unit=unit, start=match.start(), end=match.end(), bound=bound)


def _value(match: re.Match[str]) -> tuple[Fraction, str] | None:
    if match["part"]:
        over = match["parts"]
        many = Fraction(1) if over is None or over.lower() in {"a", "an"} else _number(over)
        name = (match["of"] or match["lone"]).lower()
        return many / PARTS.get(name, PARTS.get(name.removesuffix("s"), 1)), "share"
    if match["ratio"]:
        whole = _number(match["all"])
        return (_number(match["some"]) / whole, "share") if whole else None
    if match["ordinal"]:
        tens = NUMBER_WORDS[match["tens"].lower()] if match["tens"] else 0
        place = match["place"] or ORDINAL_WORDS[match["placed"].lower()]
        return Fraction(int(place) + tens), "ordinal"
    return _small_value(match) or _counted(match)


def _small_value(match: re.Match[str]) -> tuple[Fraction, str] | None:
    """Factors, vague numbers, and single periods."""
    word = match[0].lower()
    if match["factor"]:
        return Fraction(FACTORS[word]), "factor"
    if match["vague"]:
        single = word.removesuffix("s")
        return Fraction(MAGNITUDES.get(single, {"ten": 10, "dozen": 12}.get(single, 0))), "vague"
    if match["every"]:
        unit, many = EVERY[word]
        return Fraction(many), unit
    if match["single"]:
        unit, many = _period(match["one"])
        return Fraction(many), unit
    return None


def _counted(match: re.Match[str]) -> tuple[Fraction, str] | None:
    if not match["number"]:
        return None
    spelled = match["words"]
    value = _number(match["figure"] or spelled) + Fraction(bool(match["and_half"]), 2)
    if match["magnitude"]:
        value *= MAGNITUDES[match["magnitude"].strip().lower()]
    if match["percent"]:
        return value / 100, "share"
    if match["points"]:
        return value, "points"
    if match["period"]:
        unit, many = _period(match["period"].split()[-1].split("-")[-1])
        return value * many, unit
    if match["sign"] or match["money"]:
        return value, CURRENCIES[(match["sign"] or match["money"]).strip().lower()]
    # "one of them", "no one": a word, not a count.
    return None if spelled and spelled.lower() == "one" and not match["magnitude"] else (value, "")


def _period(word: str) -> tuple[str, int]:
    name = word.lower()
    single = "century" if name.startswith("centur") else name.removesuffix("s")
    return PERIODS[single]


def _number(text: str) -> Fraction:
    """The value of figures, or of number words: "one hundred and five" is 105."""
    if text[0].isdigit() or text[0] == ".":
        return Fraction(text.replace(",", ""))
    total, current = 0, 0
    for word in re.split(r"[\s-]+", text.lower()):
        if word == "and":
            continue
        size = MAGNITUDES.get(word)
        if size is None:
            current += NUMBER_WORDS[word]
        elif size == MAGNITUDES["hundred"]:
            current = max(current, 1) * size
        else:
            total, current = total + max(current, 1) * size, 0
    return Fraction(total + current)


def _with_shared_units(text: str, found: list[Quantity]) -> Iterator[Quantity]:
    """The quantities, the first of a range taking magnitude and unit from the second."""
    for index, quantity in enumerate(found):
        after = found[index + 1] if index + 1 < len(found) else None
        if after is None or not RANGE.fullmatch(text, quantity.end, after.start):
            yield quantity
            continue
        yield _ranged(quantity, after, text)


def _ranged(first: Quantity, second: Quantity, text: str) -> Quantity:
    plain = first.unit in {"", "GBP", "USD", "EUR"} and text[first.end - 1].isdigit()
    scale = re.search(rf"{MAGNITUDE}", text[second.start : second.end], re.IGNORECASE)
    value, unit = first.value, first.unit
    if plain and scale and first.value < 1000:
        value *= MAGNITUDES[scale[0].strip().lower()]
    if first.unit == "" and second.unit not in {"ordinal", "factor", "vague"}:
        unit = second.unit
        if unit == "share":
            value /= 100
        elif unit in {"week", "month"}:
            value *= _many(text[second.start : second.end])
    return Quantity(value=value, unit=unit, start=first.start, end=first.end, bound=first.bound)


def _many(text: str) -> int:
    found = re.search(PERIOD, text, re.IGNORECASE)
    return _period(found[0])[1] if found else 1
