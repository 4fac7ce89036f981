"""The open lines to members' pages: one private room a member, and nothing a client may ask for.

A line is opened by the session's cookie, from our own pages only. It holds a thread while it is open, so strangers are
turned away before, and there are fewer lines than threads: a page beyond them asks by itself. Every two seconds each
process asks which of its lines' sessions still live, and cuts the others; what ends a session here cuts its lines at
once.
"""

import logging
import os
import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import current_app, request, session
from flask_socketio import ConnectionRefusedError, SocketIO, join_room
from flask_wtf.csrf import validate_csrf
from sqlalchemy.exc import SQLAlchemyError
from wtforms import ValidationError

from wg_portal.accounts.queries import live_sessions, viewer_of_session
from wg_portal.core.database import db, mode
from wg_portal.live.relay import Relay

log = logging.getLogger(__name__)

PATH = "/socket.io/"
EACH = 5  # lines a member may hold in one process
CHECK_EVERY = 2  # seconds
CUT_WHEN_UNCHECKED = 30  # seconds without an answer from the database
SAY_WHO_WITHIN = 10  # seconds
PULSE_EVERY = 4  # seconds, a multiple of CHECK_EVERY; pages that miss two of them ask for themselves

# Whatever stands between the workers or on the way to a page may be gone without a farewell: then no pulse comes. A
# pulse with `missed` says that hints may have been lost although pulses were not.


@dataclass
class Line:
    member_id: int
    session_id: int


@dataclass(eq=False)
class Held:
    """A thread that serves a line, from before the line is opened until whatever listens to it has ended."""

    member_id: int
    socket: object  # None in scenes, where there is no server


class Lines:
    """The lines of one application in this process."""

    def __init__(self, app):
        self.app = app
        self.origins = origins(app)
        self.open = {}  # sid -> Line
        self.held = set()
        self.deaf = set()  # of those held: still there when the line was last found closed
        self.lock = threading.Lock()
        self.silent = {}  # transports that have not said who they are -> since when
        self.watching = None  # the process that watches
        self.checked_at = time.monotonic()
        self.socketio = SocketIO()
        redis = app.config["REDIS_URL"]
        self.relay = Relay(redis, PULSE_EVERY, gap=lambda: self.beat(missed=True)) if redis else None
        between = {"client_manager": self.relay} if self.relay else {}
        self.socketio.init_app(
            app,
            async_mode="threading",
            transports=["websocket"],
            manage_session=False,
            async_handlers=False,
            cors_allowed_origins=sorted(self.origins),
            ping_interval=25,
            ping_timeout=20,
            max_http_buffer_size=64_000,
            serve_client=False,
            **between,
        )
        self.socketio.on_event("connect", self.connect)
        self.socketio.on_event("disconnect", self.disconnect)
        app.wsgi_app = gate(app.wsgi_app, self)

    def admit(self, environ):
        """(Held, None) for a member with a live session, in a page of ours; else (None, the status line of the no)."""
        if environ.get("HTTP_ORIGIN") not in self.origins:
            return None, "403 Forbidden"
        cookie = self.app.session_interface.open_session(self.app, self.app.request_class(environ))
        try:
            with self.app.app_context(), mode(reading=True):
                viewer, _seen = viewer_of_session(cookie.get("handle"))
        except SQLAlchemyError as trouble:
            log.error("nobody could be asked who opens a line: %s", type(trouble).__name__)
            return None, "503 Service Unavailable"
        if viewer is None:
            return None, "403 Forbidden"
        held = Held(viewer.id, environ.get("gunicorn.socket"))
        with self.lock:
            own = [other for other in self.held if other.member_id == viewer.id]
            # Pages that reload have the old line for a moment beside the new one.
            if len(self.held) >= self.app.config["SOCKETS_AT_MOST"] or len(own) >= 2 * EACH:
                return None, "503 Service Unavailable"
            self.held.add(held)
        self.watch()
        return held, None

    def release(self, held):
        with self.lock:
            self.held.discard(held)

    def connect(self, auth=None):
        """A page of ours, with the token of its session. Any no is the same no."""
        handle = session.get("handle")
        token = auth.get("token") if isinstance(auth, dict) else None
        try:
            validate_csrf(token)
        except ValidationError:
            raise ConnectionRefusedError("refused") from None
        if request.headers.get("Origin") not in self.origins:
            raise ConnectionRefusedError("refused")
        with mode(reading=True):
            viewer, _seen = viewer_of_session(handle)
            db.session.commit()  # a plain read; nothing is expired by it
        with self.lock:
            own = [sid for sid, line in self.open.items() if viewer and line.member_id == viewer.id]
            if viewer is None or len(own) >= EACH:
                raise ConnectionRefusedError("refused")
            self.open[request.sid] = Line(viewer.id, viewer.session_id)
        join_room(room_of(viewer.id))
        self.beat(to=request.sid)

    def disconnect(self, *_reason):
        with self.lock:
            self.open.pop(request.sid, None)

    def watch(self):
        """Start watching, once a process; not where scenes move the clock themselves."""
        if self.app.config["TIMERS"] and self.watching != os.getpid():
            self.watching = os.getpid()
            self.checked_at = time.monotonic()
            threading.Thread(target=self.keep_watching, daemon=True, name="lines").start()

    def keep_watching(self):
        beats = 0
        while True:
            time.sleep(CHECK_EVERY)
            beats += CHECK_EVERY
            try:
                with self.app.app_context():
                    self.check()
            except Exception as trouble:
                log.error("lines could not be checked: %s", type(trouble).__name__)
                if time.monotonic() - self.checked_at > CUT_WHEN_UNCHECKED:
                    self.cut(list(self.open))
            self.turn_away_the_silent()
            self.hang_up_on_the_deaf()
            if self.open and beats >= PULSE_EVERY:
                beats = 0
                self.relay.pulse() if self.relay else self.beat()

    def missed(self):
        """Hints may have been lost: every page, in every worker, asks for itself."""
        self.beat(missed=True)
        if self.relay:
            self.relay.pulse(missed=True)

    def beat(self, to=None, **more):
        """A pulse from this process to its own lines, or to one: not through Redis, which may be away."""
        self.socketio.server.emit("pulse", {"every": PULSE_EVERY, **more}, to=to, ignore_queue=True)

    def check(self):
        """Cut every line whose session has ended, is idle, or belongs to somebody who may not act now."""
        with self.lock:
            there = dict(self.open)
        if there:
            with mode(reading=True):
                live = live_sessions({line.session_id for line in there.values()})
                db.session.commit()
            self.cut([sid for sid, line in there.items() if line.session_id not in live])
        self.checked_at = time.monotonic()

    def turn_away_the_silent(self):
        """A line that is open and has not said who it is holds a thread for nothing."""
        manager, now = self.socketio.server.manager, time.monotonic()
        with self.lock:
            known = {manager.eio_sid_from_sid(sid, "/") for sid in self.open}
        strangers = [sid for sid in list(self.socketio.server.eio.sockets) if sid not in known]
        self.silent = {sid: self.silent.get(sid, now) for sid in strangers}
        for sid in [sid for sid, since in self.silent.items() if now - since > SAY_WHO_WITHIN]:
            self.socketio.server.eio.disconnect(sid)

    def hang_up_on_the_deaf(self):
        """Who does not hang up when told so, or is no longer there to hear it, would hold a thread for long."""
        there = {environ.get("gunicorn.socket") for environ in list(self.socketio.server.environ.values())}
        with self.lock:
            closed = {held for held in self.held if held.socket is not None and held.socket not in there}
        for held in closed & self.deaf:
            with suppress(OSError):  # it has ended meanwhile
                held.socket.shutdown(socket.SHUT_RDWR)  # whoever listens to it in that thread hears the end
        self.deaf = closed

    def hang_up(self, member_id=None, session_id=None):
        """Cut the lines of a member or of one session in this process; other workers follow within two seconds."""
        with self.lock:
            gone = [
                sid for sid, line in self.open.items() if line.member_id == member_id or line.session_id == session_id
            ]
        self.cut(gone)

    def cut(self, sids):
        for sid in sids:
            with self.lock:
                self.open.pop(sid, None)
            server = self.socketio.server
            try:
                transport = server.manager.eio_sid_from_sid(sid, "/")
                server.disconnect(sid, ignore_queue=True)
                if transport in server.eio.sockets:
                    server.eio.disconnect(transport)  # a page of ours hangs up by itself; another might not
            except Exception as trouble:
                log.error("a line could not be cut: %s", type(trouble).__name__)

    def emit(self, payload, member_ids):
        """One message to the private rooms of these members, in every worker."""
        self.socketio.emit("hint", payload, to=[room_of(id) for id in sorted(member_ids)])


def init(app):
    """Called by create_app: sockets answer beside the pages."""
    app.extensions["lines"] = Lines(app)


def lines():
    """The Lines of the present application."""
    return current_app.extensions["lines"]


def hang_up(member_id=None, session_id=None):
    lines().hang_up(member_id, session_id)


def room_of(member_id):
    return f"member:{member_id}"


def origins(app):
    """Where our own pages come from. In the demonstration both names of this machine."""
    base = urlsplit(app.config["BASE_URL"])
    own = {f"{base.scheme}://{base.netloc}"}
    if app.config["DEMO"]:
        own |= {f"http://{host}:{app.config.get('PORT', 8000)}" for host in ("127.0.0.1", "localhost")}
    return own


def gate(inner, lines):
    """Turn strangers away before a line is opened: it would hold a thread."""

    def answer(environ, start_response):
        if not environ.get("PATH_INFO", "").startswith(PATH):
            return inner(environ, start_response)
        held, no = lines.admit(environ)
        if no:
            start_response(no, [("Content-Type", "text/plain"), ("Content-Length", "0")])
            return [b""]
        try:
            return inner(environ, start_response)  # for as long as the line is open
        finally:
            lines.release(held)

    return answer
