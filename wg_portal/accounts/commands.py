"""Inviting from the command line: the first members of a new group, and whoever has lost every other way in."""

from flask_babel import gettext as _

from wg_portal.accounts import actions
from wg_portal.accounts.letters import join_address
from wg_portal.accounts.queries import directory
from wg_portal.core.database import set_reading
from wg_portal.core.languages import country_name
from wg_portal.core.policy import Refusal
from wg_portal.core.transactions import transaction


def invite(email, code, position, kind=None, name=None):
    """Invite an address to a seat; the organisation is founded when `kind` is given and it is not there yet.

    Returns the address to hand over, once. Raises Refusal.
    """
    set_reading(False)
    with transaction():
        body = body_of(code.upper(), kind, name)
        invitation = actions.invite_by_command(email, body, position)
        return join_address(actions.new_token(invitation))


def body_of(code, kind, name):
    """The organisation of this code, founded if it is to be."""
    there = {body.code: body for body in directory().values()}
    if code in there:
        return there[code]
    if kind is None:
        raise Refusal(
            _(
                "There is no organisation %(code)s yet. Say --kind government, civil_society or secretariat to found it.",
                code=code,
            )
        )
    if kind == "government" and country_name(code, "en") == code:
        raise Refusal(_("A government's code is its country's two letters, such as LT."))
    return actions.found_organisation(kind, code, name or country_name(code, "en"))
