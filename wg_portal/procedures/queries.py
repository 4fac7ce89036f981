"""What waits for somebody's answer, as *Today* and pages list it; and which pages a text of addresses names."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from flask_babel import gettext as _

from wg_portal.core import links
from wg_portal.core.policy import Refusal


@dataclass(frozen=True)
class Waiting:
    """One question that is open for the viewer or their delegation. Words are ready and translated."""

    name: str
    url: str
    title: str
    language: str
    what: str  # 'Sign-on', 'RSVP'
    due: datetime
    audience_id: int
    action: str  # the button: 'Sign for Lithuania'
    whose: str  # 'Only you, as head of delegation'


def pages_named(viewer, text, field):
    """Names such as laws/hZ3… of the pages whose addresses stand in `text`, one a line.

    Raises Refusal for an address where the viewer finds nothing: what is linked must be theirs to see.
    """
    given = {line: urlsplit(line).path.strip("/") for line in (text or "").split()}
    found = links.labels(viewer, [name for name in given.values() if name.count("/") == 1])
    for line, name in given.items():
        if name not in found:
            raise Refusal(_("There is no page for you at %(address)s.", address=line[:100]), field=field)
    return list(dict.fromkeys(given.values()))


def addresses(related):
    """The text that `pages_named` reads, from what a row is linked to (kind -> list of Related)."""
    return "\n".join(link.url for group in related.values() for link in group)
