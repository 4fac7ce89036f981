"""Telling the demonstration's story, once, through the same actions that members use.

It begins twelve days ago and ends now, so that *Today* has something to say to whoever signs in.
"""

import secrets
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from flask_babel import force_locale
from flask_security import hash_password
from sqlalchemy import or_, select, update

from wg_portal.accounts import actions as accounts
from wg_portal.accounts.models import Member
from wg_portal.accounts.queries import directory, viewer_by_email
from wg_portal.audiences.definitions import definition
from wg_portal.audiences.forms import Choice
from wg_portal.briefs import actions as briefs
from wg_portal.core import clock
from wg_portal.core.database import db
from wg_portal.core.transactions import transaction
from wg_portal.core.visibility import readable, seen_by
from wg_portal.demo import acts, seats, texts
from wg_portal.discussions import actions as discussions
from wg_portal.discussions import queries as threads
from wg_portal.events import actions as events
from wg_portal.events.models import Plan
from wg_portal.laws import commands as law_commands
from wg_portal.laws.models import Law
from wg_portal.responses import actions as responses
from wg_portal.responses.models import Text, paragraphs

DATA = Path(__file__).parent / "data"
START = timedelta(days=14)


def tell(app):
    """Fill an empty database. A story that was told is not told again."""
    with force_locale("en"):
        if directory():
            return
        begin = clock.now()
        password = app.config["DEMO_PASSWORD"] or kept_password(app)
        with clock.as_of(begin - START):
            seat_everybody(password)
        with clock.as_of(begin - timedelta(days=13)):
            law_commands.import_norms(DATA / "norms.csv", who("secretariat"))
            law_commands.import_laws(DATA / "laws.csv", who("secretariat"))
        statement(begin)
        for brief in texts.BRIEFS:
            write(begin, brief)
        discuss(begin, acts.DISCUSSION)
        for event in acts.EVENTS:
            plan(begin, event)
        been_here(begin)


def kept_password(app):
    """Generated once, and kept beside the data so that the next start prints it again."""
    file = app.config["DATA_DIR"] / "demo-password"
    if not file.exists():
        file.write_text("-".join(secrets.choice(WORDS) for _ in range(4)))
        file.chmod(0o600)
    return file.read_text()


WORDS = [
    "amber",
    "bridge",
    "candle",
    "delta",
    "ember",
    "forest",
    "garden",
    "harbour",
    "island",
    "jasmine",
    "kettle",
    "lantern",
    "meadow",
    "north",
    "orchard",
    "paper",
    "quarry",
    "river",
    "silver",
    "timber",
    "umbrella",
    "valley",
    "willow",
    "yellow",
    "zephyr",
    "anchor",
    "beacon",
    "cobalt",
    "dune",
    "elm",
    "fjord",
    "granite",
]


def seat_everybody(password):
    with transaction():
        for kind, code, name, names in seats.organisations():
            accounts.found_organisation(kind, code, name, names, is_chair=code == seats.CHAIR)
    ids = {body.code: body.id for body in directory().values()}
    hashed = hash_password(password)
    with transaction():
        for email, code, position, zone, language, shown_to in seats.members():
            accounts.seat(ids[code], position, email, hashed, language=language, timezone=zone, shown_to=shown_to)


def who(name):
    """A demonstration member as an actor whose words go out at once."""
    return replace(viewer_by_email(seats.address(name)), hold=0)


def choose(circles=(), organisations=(), without=(), marking="AMBER", attribution="named"):
    ids = {body.code: body.id for body in directory().values()}
    of = definition(circles, [ids[code] for code in organisations], without=[ids[code] for code in without])
    return Choice(of, marking, clock.FOREVER, attribution)


def law_named(viewer, jurisdiction, identifier):
    """The public id of an imported law, by its identifier or title."""
    laws = readable(Law)
    named = or_(laws.identifier == identifier, laws.title == identifier)
    return db.session.scalars(
        select(laws.public_id).where(laws.jurisdiction == jurisdiction, named), seen_by(viewer)
    ).one()


def write(begin, told):
    author = who(told["by"])
    jurisdiction, identifier = told["law"]
    with clock.as_of(begin - timedelta(days=told["ago"])):
        if told.get("own"):
            choice = choose(organisations=[author.organisation.code])
        else:
            attribution = told.get("attribution", "named")
            circles = ("governments", "civil_society", "secretariat")
            choice = choose(circles, without=told.get("without", ()), attribution=attribution)
        law = law_named(author, jurisdiction, identifier)
        content = briefs.Content(
            kind=told["kind"],
            title=told["title"],
            language=told["language"],
            body=told["body"],
            asked=told["asked"],
            asked_by=end_of_day(begin + timedelta(days=told["act_in"])) if told["act_in"] else None,
            countries=[jurisdiction],
            laws=[law],
        )
        brief = briefs.publish(author, content, choice, "/briefs/new", {})
    if not told.get("own") and not told.get("without"):
        reply_to(begin, f"briefs/{brief.public_id}", texts.REPLIES.get(jurisdiction, []))


def end_of_day(instant):
    return instant.replace(hour=22, minute=0, second=0, microsecond=0)


def reply_to(begin, name, replies):
    said = []
    for by, ago, language, body, parent in replies:
        author = who(by)
        with clock.as_of(begin - timedelta(days=ago)):
            thread = threads.thread_on(author, name)
            onto = said[parent].public_id if parent is not None else None
            said.append(discussions.reply(author, thread.public_id, body, language, parent_id=onto))


def discuss(begin, told):
    author = who(told["by"])
    with clock.as_of(begin - timedelta(days=told["ago"])):
        choice = choose(("governments", "secretariat"))
        thread = discussions.start(author, choice, told["title"], told["body"], "en")
    reply_to_thread(begin, thread, told["replies"])


def reply_to_thread(begin, thread, replies):
    for by, ago, language, body, _ in replies:
        with clock.as_of(begin - timedelta(days=ago)):
            discussions.reply(who(by), thread.public_id, body, language)


def statement(begin):
    told = acts.STATEMENT
    author = who(told["by"])
    jurisdiction, identifier = told["law"]
    deadline = begin + timedelta(days=told["sign_in"])
    deadline = deadline.replace(hour=16, minute=0, second=0, microsecond=0)
    with clock.as_of(begin - timedelta(days=told["ago"])):
        law = law_named(author, jurisdiction, identifier)
        text = Text(
            title=told["title"],
            kind="joint_statement",
            language="en",
            lead_id=author.organisation.id,
            pen_holder_id=who("delegate.se").organisation.id,
            paragraphs=paragraphs(told["text"]),
            countries=[jurisdiction],
            linked=[f"laws/{law}"],
        )
        choice = choose(("governments", "civil_society", "secretariat"))
        response = responses.start(author, text, choice)
    with clock.as_of(begin - timedelta(days=told["ago"] - 1)):
        responses.open_for_signature(author, response.public_id, response.version, deadline, minimum=5)
    for number, (by, answer) in enumerate(told["answers"]):
        with clock.as_of(begin - timedelta(days=2.8 - 0.3 * number)):
            confirm = deadline if answer == "ad_referendum" else None
            responses.answer(who(by), response.public_id, answer, 0, confirm_by=confirm)
    for by in told["endorse"]:
        with clock.as_of(begin - timedelta(days=1)):
            responses.endorse(who(by), response.public_id, "endorses", 0)


def plan(begin, told):
    author = who(told["by"])
    zone = ZoneInfo(told["zone"])
    day = (begin + timedelta(days=told["in_days"])).astimezone(zone).date()
    starts = datetime.combine(day, datetime.strptime(told["at"], "%H:%M").time(), zone).astimezone(UTC)
    agenda = [{"time": at, "title": title, "speaker": speaker} for at, title, speaker in told["agenda"]]
    with clock.as_of(begin - timedelta(days=3)):
        event = events.schedule(
            author,
            Plan(
                kind=told["kind"],
                title=told["title"],
                language="en",
                starts_at=starts,
                ends_at=starts + timedelta(hours=told["hours"]),
                zone=told["zone"],
                answer_by=starts - timedelta(days=1),
                place=told["place"],
                online_link=told["online_link"],
                about=told["about"],
                agenda=agenda,
                interpretation=told.get("interpretation", []),
                capacity=told.get("capacity"),
                countries=told.get("countries", []),
            ),
            choose(told["circles"], marking="GREEN"),
        )
    for name in told["coming"]:
        with clock.as_of(begin - timedelta(days=1.5)):
            events.answer(who(name), event.public_id, "yes", "online")


def been_here(begin):
    """Everybody was last here five days ago, so that *Today* tells what changed since."""
    with transaction():
        last = begin - timedelta(days=5)
        db.session.execute(update(Member).values(last_here_at=last, here_at=last))


def greet(app):
    """What the start prints: who can sign in, and how."""
    given = app.config["DEMO_PASSWORD"]
    password = given or (app.config["DATA_DIR"] / "demo-password").read_text()
    rows = [
        ("secretariat", "runs the group"),
        ("delegate.ca", "head of delegation of Canada, which chairs"),
        ("delegate.lt", "head of delegation of Lithuania; also .mn .es .se .tz .us, and .p1 to .p8"),
        ("colleague.lt", "a delegate of Lithuania, who does not speak for it"),
        ("representative.north", "a civil society organisation; also .south .east .west"),
        ("atrisk.south", "a representative whom nobody else sees"),
    ]
    people = "\n".join(f"  {seats.address(name):36}{what}" for name, what in rows)
    return (
        f"\nwg-portal, demonstration: {app.config['BASE_URL']}/\n\nSign in with the password  {password}  as\n\n{people}\n\n"
        "No government or organisation has said anything that stands there.\n"
    )
