"""When seats, organisations or groups change, the rosters they are part of are filled anew, in the same transaction."""

from wg_portal.accounts.models import Organisation, Seat
from wg_portal.audiences.actions import refresh
from wg_portal.audiences.definitions import CIRCLE_OF_KIND
from wg_portal.audiences.models import Group
from wg_portal.core.database import db

CIRCLES = [f"circle/{circle}" for circle in ("everyone", *CIRCLE_OF_KIND.values())]


def keep_rosters(entry, subject, about):
    if isinstance(subject, Seat):
        kind = db.session.get(Organisation, subject.organisation_id).kind
        refresh(
            {
                "circle/everyone",
                f"circle/{CIRCLE_OF_KIND[kind]}",
                f"organisation/{subject.organisation_id}",
                f"person/{subject.member_id}",
            }
        )
    elif isinstance(subject, Organisation):
        refresh({*CIRCLES, f"organisation/{subject.id}"})
    elif isinstance(subject, Group):
        refresh({f"group/{subject.id}"})
