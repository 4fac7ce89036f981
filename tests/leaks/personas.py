"""Who listens: one browser for each sort of reader, strangers and former members included."""

from types import SimpleNamespace

# Names as in tests/world.py; a stranger has no session, a former member one whose seat has ended.
PERSONAS = (
    "stranger",
    "former",
    "chair",
    "head",
    "delegate",
    "rival",
    "neighbour",
    "outsider",
    "representative",
    "at_risk",
    "secretariat",
)
MEMBERS = PERSONAS[2:]
NOBODY = ("stranger", "former")


def browsers(world):
    """persona -> Browser."""
    opened = {name: world.browser(getattr(world, name)) for name in MEMBERS}
    opened["stranger"] = world.browser()
    opened["former"] = world.browser(SimpleNamespace(id=world.former_id))
    return opened
