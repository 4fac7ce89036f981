"""Journal verbs in words, for *Since I was last here*.

A line is a function of how many times it happened and of who did it (told only of one's own delegation).
Verbs that are not told there stand in `silent`; every verb of the house is in one of the two, kept so by a test.
"""

from flask_babel import gettext as _
from flask_babel import ngettext, pgettext

told = {
    "post.published": (lambda n, who: ngettext("%(num)s new reply", "%(num)s new replies", n), "discussion"),
    "post.edited": (lambda n, who: ngettext("%(num)s reply edited", "%(num)s replies edited", n), "pen"),
    "brief.published": (lambda n, who: pgettext("brief", "New"), "brief"),
    "brief.revised": (lambda n, who: ngettext("Revised", "Revised %(num)s times", n), "pen"),
    "law.published": (lambda n, who: pgettext("law", "New"), "law"),
    "law.moved": (lambda n, who: _("New stage recorded"), "law"),
    "law.corrected": (lambda n, who: _("Record corrected"), "law"),
    "discussion.started": (lambda n, who: pgettext("discussion", "New"), "discussion"),
    "event.scheduled": (lambda n, who: pgettext("event", "New"), "event"),
    "event.moved": (lambda n, who: _("Moved to another time"), "event"),
    "event.changed": (lambda n, who: _("Details changed"), "event"),
    "event.cancelled": (lambda n, who: _("Cancelled"), "event"),
    "response.started": (lambda n, who: pgettext("response", "New"), "response"),
    "response.edited": (lambda n, who: _("Text revised"), "pen"),
    "response.opened": (lambda n, who: pgettext("response", "Open for signature"), "response"),
    "response.released": (lambda n, who: _("Released"), "check"),
    "signon.given": (
        lambda n, who: _("Answered for your delegation: %(person)s", person=who) if who else _("New answers"),
        "check",
    ),
    "audience.narrowed": (lambda n, who: _("Who can see it was narrowed"), "eye"),
    "audience.widened": (lambda n, who: _("Who can see it was widened"), "eye"),
}

silent = {
    "account.disabled",
    "brief.withdrawn",
    "discussion.closed",
    "discussion.opened",
    "discussion.reopened",
    "group.made",
    "invitation.made",
    "invitation.revoked",
    "invitation.written",
    "laws.imported",
    "norms.imported",
    "organisation.founded",
    "post.withdrawn",
    "profile.changed",
    "rsvp.confirmed",
    "rsvp.given",
    "rsvp.promoted",
    "response.closed",
    "response.withdrawn",
    "seat.ended",
    "seat.taken",
    "session.ended",
    "session.opened",
    "setting.changed",
}
