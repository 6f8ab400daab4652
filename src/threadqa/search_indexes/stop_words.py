"""English words that say how a question is put, not what it is about."""

from __future__ import annotations

__all__ = ["STOP_WORDS"]

STOP_WORDS: frozenset[str] = frozenset(
    """
    a an the this that these those
    i me my mine myself we us our ours ourselves you your yours yourself yourselves
    he him his himself she her hers herself it its itself they them their theirs themselves
    one ones someone somebody anyone anybody everyone everybody something anything everything
    am is are was were be been being do does did doing done have has had having
    can could may might must shall should will would ought
    and or but nor not no so if then else than as because while although though
    of at by for with about against between into through during before after above below to from
    up down in out on off over under again further onto upon within
    who whom whose which what when where why how
    here there now just only very too also both each any all some such same other another
    more most few many much own
    tell say says said please know give list show find mean means
    s t d m ll re ve don doesn didn isn aren wasn weren hasn haven hadn won wouldn shouldn couldn
    can cannot ain let lets
    """.split()
)
"""Lower-case, without accents, as a tokenizer leaves them: "doesn't" is "doesn" and "t".

They are left out of questions, never out of posts or phrases: `"not now"` finds what it says.
"""
