"""The marking table of TLP 2.0, as data: what a marking lets the machine do. Policy reads it, and a test walks it.

A marking binds readers' conduct; the audience is the control. The page shows both.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Marking:
    """Columns of the table.

    may_be: 'any' audience; 'named' sets, where everyone only warns; 'own' organisation or people of it; 'people'.
    mail: 'excerpt', 'title', 'kind' (of action, and its deadline) or 'constant'.
    calendar: 'full', 'time' (only that something is on) or None (the file does not exist).
    download: None where nothing leaves; banner and copy number as the marking asks.
    search: 'yes' or 'title'.
    widening: what a wider audience needs: 'nothing', 'owner', 'owner and step-up', 'owner only'.
    """

    name: str
    rank: int
    may_be: str
    mail: str
    calendar: str | None
    download: str | None
    search: str
    widening: str


MARKINGS = {
    marking.name: marking
    for marking in (
        Marking("CLEAR", 0, "any", "excerpt", "full", "plain", "yes", "nothing"),
        Marking("GREEN", 1, "any", "title", "full", "banner", "yes", "owner and second person"),
        Marking("AMBER", 2, "named", "kind", "time", "banner and copy number", "yes", "owner"),
        Marking(
            "AMBER+STRICT",
            3,
            "own",
            "kind",
            "time",
            "banner, copy number and reason",
            "yes",
            "owner and step-up",
        ),
        Marking("RED", 4, "people", "constant", None, None, "title", "owner only"),
    )
}

DEFAULT = "AMBER"


def is_restricted(name):
    return MARKINGS[name].rank >= MARKINGS["AMBER+STRICT"].rank


def css_class(name):
    """mark-strict for AMBER+STRICT, mark-red for RED…: prints the marking top and bottom."""
    return "mark-" + ("strict" if name == "AMBER+STRICT" else name.lower())
