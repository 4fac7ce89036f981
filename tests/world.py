"""The recurring cast, so that every test reads like a scene.

chair           head of Canada, which chairs the group
head, delegate  of Lithuania; the head speaks for it, the delegate does not
rival           head of Mongolia: the one most often left out
neighbour       head of Sweden
representative  head of a civil society organisation, North
at_risk         of another, South; shown to nobody
secretariat     runs the group, and reads only what it is in
outsider        observer of Tanzania, in no circle that scenes choose
former          was a delegate of Lithuania; the seat has ended
"""

from datetime import timedelta

from sqlalchemy import event, update

from tests.forms import Forms
from wg_portal.accounts import actions as accounts
from wg_portal.accounts.models import Account, Seat
from wg_portal.accounts.queries import directory, forget_directory, viewer_of
from wg_portal.audiences.definitions import definition
from wg_portal.audiences.forms import Choice
from wg_portal.core import clock, journal
from wg_portal.core.database import db, set_reading
from wg_portal.core.transactions import transaction

PASSWORD = "scenes are played in good order"

CAST = {
    # name: (organisation, position, shown_to)
    "chair": ("CA", "head", "everyone"),
    "head": ("LT", "head", "everyone"),
    "delegate": ("LT", "delegate", "everyone"),
    "rival": ("MN", "head", "everyone"),
    "neighbour": ("SE", "head", "everyone"),
    "outsider": ("TZ", "observer", "everyone"),
    "representative": ("N1", "head", "everyone"),
    "at_risk": ("S1", "head", "nobody"),
    "secretariat": ("SEC", "head", "everyone"),
    "former": ("LT", "delegate", "everyone"),
}

ORGANISATIONS = {
    "CA": ("government", "Canada"),
    "LT": ("government", "Lithuania"),
    "MN": ("government", "Mongolia"),
    "SE": ("government", "Sweden"),
    "TZ": ("government", "United Republic of Tanzania"),
    "N1": ("civil_society", "Northern Legal Aid Network"),
    "S1": ("civil_society", "Southern Association Monitor"),
    "SEC": ("secretariat", "Secretariat"),
}


def populate(password_hash):
    """Seed the cast. Called once a database."""
    with transaction():
        for code, (kind, name) in ORGANISATIONS.items():
            accounts.found_organisation(kind, code, name, is_chair=code == "CA")
        ids = {body.code: body.id for body in directory().values()}
        for name, (code, position, shown_to) in CAST.items():
            email = f"{name}@scenes.example"
            accounts.seat(ids[code], position, email, password_hash, timezone="Europe/Vilnius", shown_to=shown_to)
        former = member_id("former")
        db.session.execute(update(Seat).where(Seat.member_id == former).values(until=clock.now() - timedelta(days=1)))
        journal.record(None, "seat.ended", db.session.query(Seat).filter_by(member_id=former).one(), private=True)


def member_id(name):
    return db.session.query(Account.member_id).filter_by(email=f"{name}@scenes.example").scalar()


class World:
    """The stage: the cast as Viewers, browsers for them, and shorthand for audiences."""

    def __init__(self, app):
        self.app = app
        self.bodies = {body.code: body for body in directory().values()}
        for name in CAST:
            setattr(self, name, viewer_of(member_id(name)))
        self.former_id = member_id("former")

    def choose(
        self, *circles, organisations=(), people=(), groups=(), without=(), marking="AMBER", until=None, as_="named"
    ):
        """A Choice of the audience chooser: world.choose("governments", without=["MN"])."""
        of = definition(
            circles,
            [self.bodies[code].id for code in organisations],
            groups,
            [person.id for person in people],
            [self.bodies[code].id for code in without],
        )
        return Choice(of, marking, until or clock.FOREVER, as_)

    def browser(self, member=None, **headers):
        return Browser(self.app, member, headers)

    def count_queries(self):
        return Counter(self.app)

    def run_due(self):
        """Do what the outbox has promised for now."""
        from wg_portal.core.outbox import run_due

        done = run_due()
        db.session.rollback()
        return done


class Counter:
    """with world.count_queries() as counter: … ; counter.statements"""

    def __init__(self, app):
        with app.app_context():
            self.engine = db.engine
        self.statements = []

    def __enter__(self):
        event.listen(self.engine, "before_cursor_execute", self.note)
        return self

    def __exit__(self, *_):
        event.remove(self.engine, "before_cursor_execute", self.note)

    def note(self, connection, cursor, statement, *_):
        self.statements.append(statement)

    def __len__(self):
        return len(self.statements)


class Browser(Forms):
    """A browser without JavaScript. Every request stands alone, as in production.

    Inside an open app context Flask would remember the first member who asked and answer every later one as them:
    leak tests would pass for the wrong reason.
    """

    def __init__(self, app, member=None, headers=None):
        self.app, self.client, self.headers = app, app.test_client(), headers or {}
        self.member = member
        if member is not None:
            with app.app_context(), app.test_request_context():
                account = db.session.query(Account).filter_by(member_id=member.id).one()
                handle = accounts.open_session(account, "scene")
                db.session.rollback()
            with self.client.session_transaction() as session:
                session["handle"] = handle

    def open(self, path, **kwargs):
        db.session.rollback()  # what the scene has read must not hold up the request
        kwargs["headers"] = {**self.headers, **(kwargs.get("headers") or {})}
        try:
            with self.app.app_context():
                return self.client.open(path, **kwargs)
        finally:
            set_reading(True)

    def get(self, path, **kwargs):
        return self.open(path, method="GET", **kwargs)

    def post(self, path, **kwargs):
        return self.open(path, method="POST", **kwargs)

    def fragment(self, path):
        return self.get(path, headers={"Accept": "text/vnd.portal-fragment"})


def fresh(app):
    """The stage as the curtain rises."""
    forget_directory()
    return World(app)
