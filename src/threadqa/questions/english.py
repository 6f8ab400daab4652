"""Words of plain English: verbs with their base forms, and months."""

from __future__ import annotations

__all__ = ["MONTH", "PAST", "PRESENT"]

PAST = {
    "abolished": "abolish", "advised": "advise", "agreed": "agree", "announced": "announce",
    "asked": "ask", "became": "become", "began": "begin", "broke": "break", "brought": "bring",
    "built": "build", "called": "call", "came": "come", "caused": "cause", "changed": "change",
    "cost": "cost", "created": "create", "cut": "cut", "decided": "decide", "died": "die",
    "dropped": "drop", "ended": "end", "estimated": "estimate", "fell": "fall", "found": "find",
    "gave": "give", "got": "get", "grew": "grow", "had": "have", "happened": "happen",
    "held": "hold", "identified": "identify", "increased": "increase", "joined": "join",
    "launched": "launch", "left": "leave", "lost": "lose", "made": "make", "met": "meet",
    "moved": "move", "needed": "need", "opened": "open", "paid": "pay", "promised": "promise",
    "proposed": "propose", "provided": "provide", "published": "publish", "reached": "reach",
    "received": "receive", "recommended": "recommend", "reported": "report", "rose": "rise",
    "saw": "see", "sent": "send", "showed": "show", "signed": "sign", "spent": "spend",
    "started": "start", "stopped": "stop", "suggested": "suggest", "took": "take", "voted": "vote",
    "warned": "warn", "went": "go", "won": "win", "wrote": "write",
}  # fmt: skip
"""Base form by past form."""

PRESENT = {
    "needs": "need", "requires": "require", "includes": "include", "covers": "cover",
    "recommends": "recommend", "proposes": "propose", "promises": "promise", "means": "mean",
}  # fmt: skip
"""Base form by third person."""
MONTH = (
    "(?:January|February|March|April|May|June|July|August|September|October|November|December|"
    "Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)"
)
