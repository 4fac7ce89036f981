"""After each commit: tell whoever may know that something happened, and cut the lines of whoever may not go on.

A hint says that, never what. Who has just lost sight is told too: their page asks, finds nothing, and forgets.
"""

import os
import queue
import threading

from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from wg_portal.core.database import db, mode
from wg_portal.live import queries, sockets

ENDINGS = ("session.ended", "seat.ended", "account.disabled")


class Voice:
    """One thread that speaks, in the order things happened, so that no request waits for sockets or Redis."""

    def __init__(self):
        self.waiting, self.process, self.lock = queue.SimpleQueue(), None, threading.Lock()

    def say(self, call, *arguments):
        with self.lock:
            if self.process != os.getpid():  # threads do not survive a fork
                self.waiting, self.process = queue.SimpleQueue(), os.getpid()
                threading.Thread(target=self.speak, args=[self.waiting], daemon=True, name="hints").start()
        self.waiting.put((current_app._get_current_object(), call, arguments))

    def speak(self, waiting):
        while True:
            app, call, arguments = waiting.get()
            try:
                call(*arguments)
            except Exception as trouble:
                # Pages find out by asking; that is their right, and the hint was a courtesy.
                app.logger.error("a hint was lost: %s", type(trouble).__name__)


voice = Voice()


def hint(entry, subject, about, lost):
    """After the commit. Readers of the journal line who may also read its subject, and who could before."""
    try:
        with mode(reading=True):
            member_ids = queries.hearers(entry, subject) | set(lost)
            db.session.commit()  # a plain read is over; on SQLite it would hold up writers' checkpoints
    except SQLAlchemyError:
        # Whom it concerns is not known, and nobody will say it again: let all pages look.
        db.session.rollback()
        tell(sockets.lines().missed)
        raise
    if not member_ids:
        return
    seq = getattr(subject, "changed_seq", None)  # a thread's own count: it tells nothing of anything else
    payload = {"verb": entry.verb, "subject": entry.subject, "about": entry.about, "seq": seq}
    tell(sockets.lines().emit, payload, member_ids)


def tell(call, *arguments):
    """Call it in the thread that speaks; at once where scenes move the clock themselves."""
    if current_app.config["TIMERS"]:
        voice.say(call, *arguments)
    else:
        call(*arguments)


def cut_lines(entry, subject, about, lost):
    """After the commit: whoever signed out, or lost a seat or an account, hears no more."""
    if entry.verb in ENDINGS:
        sockets.lines().check()
