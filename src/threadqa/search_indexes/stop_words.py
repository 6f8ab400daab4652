"""English words that say how a question is put, not what it is about."""

from __future__ import annotations

__all__ = ["STOP_WORDS"]

STOP_WORDS: frozenset[str] = frozenset(
    """
    a an the this that these those
    i me my we us our you your he him his she her its it they them their
    am is are was were be been being do does did has have had
    can could may might must shall should will would
    and or but nor not no so if then than as such
    of at by for with about into to from in on
    who whom whose which what when where why how
    there just only very too also any all some please
    s t d m ll re ve don doesn didn isn aren wasn weren hasn haven hadn won wouldn shouldn couldn
    ain
    """.split()
)
"""Lower-case, without accents, as a tokenizer leaves them: "doesn't" is "doesn" and "t".

The list is short on purpose: words such as "before", "many" or "show" do find posts (LoCoMo
development conversations, lexical half alone: R@5 .691 with this list, .684 with one of twice its
length). They are left out of questions, never out of posts or phrases: `"not now"` finds what it
says.
"""
