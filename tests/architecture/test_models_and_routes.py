"""Every model says who may read it, every rule is safe to turn around, every address says who may ask."""

import re

import pytest
from sqlalchemy import Column
from sqlalchemy.sql import visitors
from sqlalchemy.sql.selectable import Exists

from wg_portal.accounts.models import Member
from wg_portal.accounts.security import OPEN
from wg_portal.core.database import Model
from wg_portal.core.visibility import RULES, VIEWER

# Models without a rule, and why that is right.
OPEN_MODELS = {
    "Account": "how members sign in; read by accounts only, shown to its owner only",
    "AuthSession": "holds hashes of handles; shown to its owner only",
    "Claim": "holds names and hashes; looked up by its member's own key",
    "Errand": "what the house has promised; read by workers, shown to nobody",
    "Group": "a standing group's name, which every member may choose",
    "Invitation": "read by accounts only, for those who may invite",
    "Link": "names of rows, read only by joining cards",
    "Member": "identity for the door only; what tells who it is stands in Profile",
    "Norm": "public law, quoted",
    "Organisation": "the names of the group's members, known to all of them",
    "Role": "stays empty",
    "Roster": "a definition and its figures; told through its audience only",
    "RosterMember": "what the rules themselves ask",
    "RosterPart": "what a roster mentions; read while filling it",
    "Seat": "who sits where is known to all members; names are not in it",
    "Setting": "settings of the whole group",
}

# A line of the journal without an audience is private, and its rule asks for that null by name.
MAY_BE_NULL = {"journal.audience_id", "journal.actor_id", "journal.acting_for_id"}


def models():
    return sorted((mapper.class_ for mapper in Model.registry.mappers), key=lambda model: model.__name__)


def test_every_model_says_whether_it_is_guarded():
    unsaid = [model.__name__ for model in models() if model not in RULES and model.__name__ not in OPEN_MODELS]
    assert unsaid == [], "guard it in its policy, or list it here with the reason"
    assert {model.__name__ for model in RULES}.isdisjoint(OPEN_MODELS)


def test_every_reason_is_about_a_model_that_exists():
    assert set(OPEN_MODELS) <= {model.__name__ for model in models()} | {"Group"}


@pytest.mark.parametrize("model", sorted(RULES, key=lambda model: model.__name__), ids=lambda model: model.__name__)
def test_columns_named_in_rules_are_never_null(model):
    """`column == None` means IS NULL when a rule is asked of an instance: a null could let a stranger in."""
    for part in visitors.iterate(RULES[model](Member.__table__.c, model.__table__.c)):
        if isinstance(part, Column) and str(part) not in MAY_BE_NULL and part.table is model.__table__:
            assert not part.nullable, f"{part} is used by the rule for {model.__name__}"


@pytest.mark.parametrize("model", sorted(RULES, key=lambda model: model.__name__), ids=lambda model: model.__name__)
def test_no_exists_stands_inside_another_in_a_rule(model):
    """The inner one would not reach the member outside: it would hold for anybody."""
    for part in visitors.iterate(RULES[model](VIEWER, model.__table__.c)):
        if isinstance(part, Exists):
            inner = [other for other in visitors.iterate(part) if isinstance(other, Exists) and other is not part]
            assert inner == [], f"the rule for {model.__name__} nests exists: join the tables in one"


def test_every_guarded_model_with_a_text_of_members_has_a_random_public_id():
    for model in RULES:
        columns = model.__table__.columns
        if "public_id" in columns and model.__name__ != "Card":  # a card has the id of its row
            assert columns["public_id"].unique and columns["public_id"].default is not None, model


def test_tables_are_what_addresses_say():
    for model in models():
        assert re.fullmatch(r"[a-z_]+", model.__tablename__), model


def test_columns_of_time_know_their_zone():
    from sqlalchemy import DateTime

    for model in models():
        for column in model.__table__.columns:
            assert not isinstance(column.type, DateTime), f"{column}: annotate it as datetime, so that it is an Instant"


def addresses(app):
    """(address, method) of every rule, its parts filled with what could be there."""
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<(?:\w+(?:\([^)]*\))?:)?\w+>", "abcdefghij", rule.rule)
        path = re.sub(r"<int:\w+>", "1", path)
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            yield rule.endpoint, path, method


def test_every_address_is_open_on_purpose_or_asks_strangers_to_sign_in(world):
    stranger = world.browser()
    asked = 0
    for endpoint, path, method in addresses(world.app):
        if endpoint in OPEN:
            continue
        answer = stranger.open(path, method=method)
        if method == "GET":
            assert answer.status_code == 302 and answer.location.startswith("/sign-in"), (endpoint, answer.status_code)
        else:
            assert answer.status_code in (401, 400), (endpoint, method, answer.status_code)
        assert "handle" not in answer.headers.get("Set-Cookie", "")
        asked += 1
    assert asked > 10


# What answers strangers, and why it tells them nothing.
OPEN_PAGES = {
    "static": "style sheets, scripts and letters: the same for everybody",
    "accounts.healthz": "says ok",
    "security.login": "the way in",
    "accounts.join": "starts set-up for whoever holds an invitation; any other address is not found",
    "accounts.choose_language": "before signing in too",
    "accounts.quick_exit": "leaves, whoever asks",
    "accounts.sign_out": "an ended session must be able to leave",
}


def test_what_is_open_is_this_and_no_more(world):
    endpoints = {rule.endpoint for rule in world.app.url_map.iter_rules()}
    assert set(OPEN_PAGES) == OPEN, "a page for strangers needs its reason here"
    assert endpoints >= OPEN


def test_an_unknown_address_looks_to_strangers_like_a_known_one(world):
    stranger = world.browser()
    known, unknown = stranger.get("/people"), stranger.get("/nobody-here")
    assert known.status_code == unknown.status_code == 302
    assert known.location.split("?")[0] == unknown.location.split("?")[0]


def test_whoever_has_lost_their_seat_is_a_stranger(world):
    from types import SimpleNamespace

    former = world.browser(SimpleNamespace(id=world.former_id))
    assert former.get("/people").status_code == 302
    assert world.browser(world.delegate).get("/people").status_code == 200


def test_nothing_changes_by_a_get(world):
    """Addresses that answer GET have no verb in their name."""
    verbs = {"delete", "remove", "undo", "revoke", "withdraw", "publish", "accept", "sign", "close", "open", "cancel"}
    for rule in world.app.url_map.iter_rules():
        last = rule.rule.rstrip("/").rsplit("/", 1)[-1]
        if last in verbs:
            assert "GET" not in rule.methods or "POST" in rule.methods, rule
