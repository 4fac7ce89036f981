"""A double-clicked, retried or replayed POST happens once.

Each form carries a fresh key (`once`, or the Idempotency-Key header). The key is claimed in the transaction that acts,
so two at once wait on the unique row; what is kept is a hash of the body and the name of the result, which is read
again through the door. The same key with another body is refused, with the typed text.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import g, has_request_context
from sqlalchemy import ForeignKey, UniqueConstraint, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from wg_portal.core import clock
from wg_portal.core.database import Model, db
from wg_portal.core.names import name_of
from wg_portal.core.visibility import unguarded

KEPT = timedelta(hours=24)
UNSIGNED = {"csrf_token", "once"}


class Claim(Model):
    __tablename__ = "claims"
    __table_args__ = (UniqueConstraint("member_id", "route", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    route: Mapped[str]
    key: Mapped[str]
    body_hash: Mapped[str]
    result: Mapped[str | None]
    at: Mapped[datetime] = mapped_column(default=clock.now, index=True)


@dataclass
class Armed:
    member_id: int
    route: str
    key: str
    body_hash: str


class AlreadyDone(Exception):
    """This request was made before. `result` is the name of what it made, or None; `same` whether the body was too."""

    def __init__(self, result, same):
        super().__init__(result)
        self.result, self.same = result, same


def new_key():
    return secrets.token_urlsafe(16)


def body_hash(request):
    """One hash for what was sent, whatever order the browser sent the fields in; files by their bytes."""
    digest = hashlib.sha256(request.path.encode())
    for name, values in sorted(request.form.lists()):
        if name not in UNSIGNED:
            digest.update(repr((name, values)).encode())
    if request.is_json:
        digest.update(request.get_data(cache=True))
    for name, file in sorted(request.files.items(multi=True), key=lambda pair: pair[0]):
        digest.update(name.encode() + hashlib.sha256(file.stream.read()).digest())
        file.stream.seek(0)
    return digest.hexdigest()


def arm(member_id, request, key):
    """Called once a request, before the route: its first transaction will claim the key."""
    g.idempotency = Armed(member_id, request.url_rule.rule, key, body_hash(request))


def claim():
    """Claim the armed key, or say that it was already used. Returns the claim, or None."""
    armed = g.pop("idempotency", None) if has_request_context() else None
    if armed is None:
        return None
    answer_if_done(armed)
    row = Claim(member_id=armed.member_id, route=armed.route, key=armed.key, body_hash=armed.body_hash)
    db.session.add(row)
    try:
        db.session.flush()
    except IntegrityError:
        # The other one was first, and has committed: PostgreSQL let us wait for it.
        db.session.rollback()
        answer_if_done(armed)
        raise
    return row


def answer_if_done(armed):
    done = db.session.execute(
        unguarded(
            select(Claim.result, Claim.body_hash).where(
                Claim.member_id == armed.member_id, Claim.route == armed.route, Claim.key == armed.key
            ),
            because="claims hold names only, and are looked up by the member's own key",
        )
    ).first()
    if done:
        raise AlreadyDone(done.result, done.body_hash == armed.body_hash)


def settle(claim, recorded):
    """Write down what came of it: the first thing with a journal line of its own, else the subject of the first line.

    What goes out at once opens its conversation on the way, which is journalled before it, and about it.
    """
    if claim is not None and recorded:
        own = [subject for _entry, subject, about, _lost in recorded if about is subject]
        claim.result = name_of(own[0] if own else recorded[0][1])


def forget_old():
    """Job: keys are kept for a day."""
    db.session.execute(delete(Claim).where(Claim.at < clock.now() - KEPT))
