"""Invitations: one use, one address, an end; nobody invites into another delegation."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tests.world import PASSWORD
from wg_portal.accounts import actions
from wg_portal.accounts.models import Account, Invitation, Seat
from wg_portal.core import clock
from wg_portal.core.database import db
from wg_portal.core.policy import NotAllowed

FIELDS = {"email": "new@scenes.example", "position": "delegate", "language": "en"}


def invite(world, who=None, code="LT", **fields):
    """The path of the invitation, as it is shown once where nothing is mailed."""
    browser = world.browser(who or world.head)
    organisation = world.bodies[code].public_id
    answer = browser.submit("/invitations", action="/invitations", **{**FIELDS, "organisation": organisation, **fields})
    assert answer.status_code == 200, answer.text
    return re.search(r"/join/[\w-]+", answer.text)[0]


def join(world, path, **fields):
    filled = {
        "password": "a sentence of her own",
        "language": "fr",
        "timezone": "Europe/Vilnius",
        "name": "",
        **fields,
    }
    return world.browser().submit(path, field="password", **filled)


def test_an_invitation_starts_set_up_and_is_no_access_by_itself(world):
    path = invite(world)
    stranger = world.browser()
    page = stranger.get(path)
    assert page.status_code == 200
    assert "Lithuania" in page.text
    assert stranger.get("/people").status_code == 302
    answer = join(world, path)
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    browser = world.browser()
    browser.submit("/sign-in", action="/sign-in", email="new@scenes.example", password="a sentence of her own")
    assert "Lituanie" in browser.get("/account").text


def test_it_works_once(world):
    path = invite(world)
    assert join(world, path).status_code == 303
    assert world.browser().get(path).status_code == 404
    db.session.rollback()
    assert len(db.session.scalars(select(Account).where(Account.email == "new@scenes.example")).all()) == 1


def test_it_is_bound_to_its_address(world):
    path = invite(world)
    join(world, path, email="somebody.else@scenes.example")
    db.session.rollback()
    assert db.session.scalar(select(Account.id).where(Account.email == "somebody.else@scenes.example")) is None
    assert db.session.scalar(select(Account.id).where(Account.email == "new@scenes.example"))


def test_it_expires_and_can_be_revoked(world):
    path = invite(world)
    db.session.rollback()
    with db.engine.begin() as connection:
        connection.execute(update(Invitation.__table__).values(expires_at=clock.now() - timedelta(seconds=1)))
    assert world.browser().get(path).status_code == 404
    path = invite(world, email="second@scenes.example")
    db.session.rollback()
    invitation = db.session.scalar(select(Invitation.public_id).where(Invitation.email == "second@scenes.example"))
    answer = world.browser(world.head).submit("/invitations", action=f"/invitations/{invitation}/revoke")
    assert answer.status_code == 303
    assert world.browser().get(path).status_code == 404


def test_the_table_holds_no_token(world):
    path = invite(world)
    db.session.rollback()
    assert db.session.scalar(select(Invitation.token_hash)) not in path


def test_a_used_unknown_and_revoked_invitation_look_the_same(world):
    path = invite(world)
    join(world, path)
    used, unknown = world.browser().get(path), world.browser().get("/join/unknown")
    assert used.status_code == unknown.status_code == 404
    strip = re.compile(r'value="[^"]*"|/join/[\w-]+')
    assert strip.sub("", used.text) == strip.sub("", unknown.text)


def test_who_has_a_seat_already_is_not_told_to_a_stranger(world):
    path = invite(world, email="neighbour@scenes.example")
    answer = join(world, path)
    assert answer.status_code == 422
    assert "This invitation cannot be used any more." in answer.text


def test_a_short_password_is_refused_and_the_rest_is_kept(world):
    path = invite(world)
    answer = join(world, path, password="short", name="Rasa")
    assert answer.status_code == 422
    assert "Between 15 and 128 characters." in answer.text
    assert "Rasa" in answer.text
    assert 'value="short"' not in answer.text


def test_a_head_invites_into_their_own_delegation_only(world):
    page = world.browser(world.head).get("/invitations").text
    assert world.bodies["SE"].public_id not in page
    browser = world.browser(world.head)
    answer = browser.submit(
        "/invitations", action="/invitations", **{**FIELDS, "organisation": world.bodies["SE"].public_id}
    )
    assert answer.status_code == 422
    assert "new@scenes.example" in answer.text
    with pytest.raises(NotAllowed):
        actions.invite(world.head, "x@scenes.example", world.bodies["SE"].id, "delegate")
    db.session.rollback()
    assert invite(world)


def test_the_secretariat_invites_into_any_and_a_delegate_into_none(world):
    assert invite(world, world.secretariat, "SE")
    assert world.browser(world.delegate).get("/invitations").status_code == 403
    with pytest.raises(NotAllowed):
        actions.invite(world.delegate, "x@scenes.example", world.bodies["LT"].id, "delegate")
    db.session.rollback()


def test_another_delegations_invitations_are_not_seen_nor_revoked(world):
    invite(world)
    db.session.rollback()
    public_id = db.session.scalar(select(Invitation.public_id))
    neighbour = world.browser(world.neighbour)
    assert "new@scenes.example" not in neighbour.get("/invitations").text
    _address, fields = neighbour.form("/account", field="timezone")
    assert neighbour.post(f"/invitations/{public_id}/revoke", data=fields).status_code == 404
    assert "new@scenes.example" in world.browser(world.secretariat).get("/invitations").text


def test_the_people_page_shows_what_each_chose_to_show(world):
    page = world.browser(world.neighbour).get("/people").text
    assert "Head of delegation of Lithuania" in page
    assert "Representative of Southern Association Monitor" not in page
    assert "Nobody of this organisation is shown." in page
    assert "Representative of Southern Association Monitor" in world.browser(world.at_risk).get("/people").text


def test_a_new_member_reads_the_past_of_their_circles(world):
    from tests.audiences.test_engine import can_read, note

    past = note(world, world.neighbour, world.choose("governments"))
    join(world, invite(world))
    db.session.rollback()
    from wg_portal.accounts.queries import viewer_by_email

    assert can_read(viewer_by_email("new@scenes.example"), past)


def test_the_fifteen_government_seats_are_a_setting(world):
    from wg_portal.core.policy import Refusal

    actions.change_setting(world.secretariat, "government_seats", 5)
    with pytest.raises(Refusal, match="All 5 government seats are taken"):
        actions.found_organisation("government", "NO", "Norway")
    db.session.rollback()
    with pytest.raises(NotAllowed):
        actions.change_setting(world.head, "government_seats", 99)
    db.session.rollback()
    actions.change_setting(world.secretariat, "government_seats", 6)
    assert actions.found_organisation("government", "NO", "Norway").id
    assert db.session.scalar(select(Seat.id).limit(1))
    assert PASSWORD
