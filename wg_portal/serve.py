"""Serving: gunicorn with threads, in one process by default, in several with PostgreSQL and Redis.

A live line holds a thread while it is open, and pages have some of their own beside those; Huey runs inside the one
process, or apart.
"""

import click
from flask_migrate import upgrade
from gunicorn.app.base import BaseApplication
from sqlalchemy import text

import config
from wg_portal import create_app
from wg_portal.core.database import db
from wg_portal.core.jobs import start_consumer
from wg_portal.core.outbox import resume
from wg_portal.core.visibility import unguarded
from wg_portal.core.worker import Worker, connections

FOR_PAGES = 50  # threads that no live line can take; databases have about as many connections for them


class Server(BaseApplication):
    """Gunicorn, told everything here: no file of its own, no control socket."""

    def __init__(self, app, workers, port):
        self.application, self.workers, self.port = app, workers, port
        super().__init__()

    def load_config(self):
        own = {
            "bind": f"127.0.0.1:{self.port}",
            "workers": self.workers,
            "worker_class": Worker,
            "threads": self.application.config["SOCKETS_AT_MOST"] + FOR_PAGES,
            "worker_connections": connections(),
            "timeout": 60,
            "graceful_timeout": 5,
            # An idle connection costs no thread; and whoever stands in front must not find one closing under a request.
            "keepalive": 20,
            "loglevel": "warning",
            "control_socket_disable": True,
            "post_worker_init": self.begin,
        }
        for name, value in own.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self):
        return self.application

    def begin(self, worker):
        """In each worker: its own connections; in a lone one, the jobs too."""
        with self.application.app_context():
            db.engine.dispose(close=False)
        if self.workers == 1:
            start_consumer(self.application)


def serve(demo, workers, port=None):
    """Migrate, prepare and serve, until stopped. Raises SettingsError."""
    settings = config.load(demo=demo, port=port)
    if workers > 1 and (not settings["REDIS_URL"] or settings["SQLALCHEMY_DATABASE_URI"].startswith("sqlite")):
        raise config.SettingsError(
            "Several workers need WG_PORTAL_DATABASE_URL (PostgreSQL) and WG_PORTAL_REDIS_URL; or run one worker."
        )
    app = create_app(settings)
    prepare(app)
    if demo:
        click.echo(demonstrate(app))
    else:
        click.echo(f"Serving {settings['BASE_URL']} on 127.0.0.1:{settings['PORT']}.")
    Server(app, workers, settings["PORT"]).run()


def demonstrate(app):
    """Fill in the demonstration where there is nothing yet. Returns what to tell whoever started it."""
    from wg_portal.demo.story import greet, tell

    with app.app_context():
        tell(app)
    return greet(app)


def run_jobs(app):
    """Work through jobs until stopped: for several workers, once beside them."""
    with app.app_context():
        resume()
    app.huey.create_consumer(workers=2).run()


def prepare(app):
    """Bring the tables up to date. Quietly: there is nothing to say when nothing changes."""
    with app.app_context():
        upgrade()
        db.session.remove()
        db.engine.dispose()


def check_all(app):
    """(what, state) for whatever a start needs."""
    with app.app_context():
        yield "database", told(lambda: db.session.execute(unguarded(text("select 1"), because="is it there?")) and "ok")
        if app.config["REDIS_URL"]:
            import redis

            yield "redis", told(lambda: redis.from_url(app.config["REDIS_URL"], socket_timeout=2).ping() and "ok")
        yield "assets", "ok" if app.config["ASSETS"] else "run make setup"
        yield "mail", "set" if app.config["SMTP_URL"] else "none: letters stay in the outbox"


def told(ask):
    try:
        return ask()
    except Exception as trouble:
        return f"not available ({type(trouble).__name__})"
