"""Importing from the command line, as a member of the secretariat; for files too large for a page, and for scripts."""

from pathlib import Path

from flask_babel import gettext as _

from wg_portal.accounts.queries import directory, seats_of, viewer_by_email, viewer_of
from wg_portal.core.database import set_reading
from wg_portal.core.policy import Refusal
from wg_portal.laws import columns, importing, intake


def import_laws(path, actor, good_rows_only=False):
    """Import a CSV or JSON file of laws. Returns the Import. Raises Refusal with every fault of the file."""
    return take_in(path, actor, columns.read_laws, intake.import_laws, good_rows_only)


def import_norms(path, actor, good_rows_only=False):
    """Import a CSV or JSON file of norms. Returns the Import. Raises Refusal with every fault of the file."""
    return take_in(path, actor, columns.read_norms, intake.import_norms, good_rows_only)


def take_in(path, actor, read, store, good_rows_only):
    set_reading(False)
    try:
        table = read(importing.decode(Path(path).read_bytes()))
    except OSError:
        raise Refusal(_("The file cannot be read.")) from None
    except importing.Unreadable as trouble:
        raise Refusal(str(trouble)) from None
    if table.errors or (table.bad and not good_rows_only):
        raise Refusal("\n".join([_("Nothing was imported."), *faults(table)]))
    return store(actor, table.good)


def faults(table):
    """One line a fault: the row's number, then the reason."""
    told = list(table.errors)
    told += [_("Row %(number)d: %(reason)s", number=row.number, reason=why) for row in table.bad for why in row.errors]
    return told


def secretary(email=None):
    """The member a command acts as: the one with this address, else the first head of the secretariat."""
    if email:
        member = viewer_by_email(email)
    else:
        bodies = [body for body in directory().values() if body.kind == "secretariat"]
        seats = [seat for body in bodies for seat in seats_of(body.id) if seat.position == "head"]
        member = viewer_of(min(seat.member_id for seat in seats)) if seats else None
    if member is None:
        raise Refusal(_("There is no such member. Name one of the secretariat with --as."))
    return member


def told(batch):
    """The report in one line, in the words of commands."""
    return _(
        "%(created)d new, %(changed)d changed, %(unchanged)d as they were.",
        created=batch.created,
        changed=batch.changed,
        unchanged=batch.unchanged,
    )
