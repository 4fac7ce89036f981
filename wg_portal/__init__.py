"""wg-portal: a members-only workspace for coordinating responses to laws that restrict civil society.

The whole wiring is on this screen. Start reading at README.md.
"""

from flask import Flask
from flask_compress import Compress
from flask_migrate import Migrate
from flask_wtf import CSRFProtect

from wg_portal import wiring
from wg_portal.accounts import security
from wg_portal.core import assets, database, headers, limits, localisation, outbox, pace, visibility, web
from wg_portal.core.database import db
from wg_portal.core.jobs import make_huey
from wg_portal.live import sockets

DEFAULTS = {
    "TESTING": False,
    "TIMERS": True,  # release held texts at the second; the sweep does it anyway
    "REDIS_URL": None,
    "SOCKETS_AT_MOST": 150,  # in one process; each holds a thread, and a page beyond them asks every ten seconds
    "MAX_CONTENT_LENGTH": 1_000_000,
    "MAX_FORM_MEMORY_SIZE": 1_000_000,
    "MAX_FORM_PARTS": 2_000,
    "SESSION_COOKIE_HTTPONLY": True,
    "SESSION_COOKIE_SAMESITE": "Lax",
    "WTF_CSRF_TIME_LIMIT": None,  # bound to the session, which has its own end
    "COMPRESS_MIMETYPES": [
        "text/html",
        "text/css",
        "text/javascript",
        "application/json",
        "image/svg+xml",
        "text/calendar",
    ],
    "COMPRESS_ALGORITHM": ["br", "gzip"],
    "COMPRESS_MIN_SIZE": 500,
    "SEND_FILE_MAX_AGE_DEFAULT": 31536000,
    "BABEL_DEFAULT_LOCALE": "en",
}


def create_app(settings):
    """The application. settings: what config.load() gives, or a test's own."""
    app = Flask(__name__, template_folder="../templates", static_folder="../static", static_url_path="/static")
    app.config.update(DEFAULTS)
    app.config.update(settings)
    secure = app.config["BASE_URL"].startswith("https:")
    app.config["SESSION_COOKIE_SECURE"] = secure
    app.config["SESSION_COOKIE_NAME"] = "__Host-portal" if secure else "portal"
    app.config["ASSETS"] = assets.load_manifest()
    options = database.engine_options(app.config["SQLALCHEMY_DATABASE_URI"])
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = options | app.config.get("SQLALCHEMY_ENGINE_OPTIONS", {})

    db.init_app(app)
    Migrate(app, db, directory=str(wiring.MIGRATIONS), render_as_batch=True, compare_type=True)
    with app.app_context():
        database.equip(db.engine)
        visibility.watch(db.engine)
    localisation.init(app)
    app.before_request(web.begin_by_reading)
    app.before_request(security.who_is_looking)
    CSRFProtect(app)
    app.before_request(web.claim_once)
    app.after_request(headers.set_headers)
    Compress(app)
    security.init(app)
    app.wsgi_app = pace.paced(app.wsgi_app)  # type: ignore[method-assign]
    sockets.init(app)
    limits.init(app)
    web.register_answers(app)
    app.huey = make_huey(app)
    wiring.connect(app)
    outbox.handlers.update(wiring.HANDLERS)
    return app
