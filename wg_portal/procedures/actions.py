"""Taking an organisation's answer: never silently over another one."""

from flask_babel import gettext as _

from wg_portal.core import clock
from wg_portal.core.policy import Stale


def answer_on(row, version, actor, theirs):
    """The row takes a new answer by `actor`, given on `version` of the earlier one (0: on none).

    row: a Voice locked in this transaction, or None. theirs: field label -> the answer that stands, shown
    beside what was sent. Raises Stale when a colleague answered meanwhile.
    """
    standing = row.version if row is not None else 0
    if standing != version:
        raise Stale(
            _(
                "A colleague answered for %(organisation)s meanwhile. Nothing was changed. Look at that answer, "
                "and answer again if yours shall stand in its stead.",
                organisation=actor.organisation.name,
            ),
            theirs,
        )
    if row is not None:
        row.given_by_id, row.given_at = actor.id, clock.now()
