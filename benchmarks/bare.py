"""The same rows with nothing around them: what the parts we stand on cost, on the same server and database.

`pages`: Flask, SQLAlchemy and Jinja show a thread's posts with three queries; no layout, sessions or permissions.
`sockets`: flask-socketio with threads; a POST emits to the rooms it names. Started by the other benchmarks.
"""

import uuid

import click
from flask import Flask, abort, render_template_string, request
from flask_socketio import SocketIO, join_room
from socketio import RedisManager
from sqlalchemy import create_engine, select

import config
from benchmarks._variants import PAGES
from wg_portal import DEFAULTS
from wg_portal.accounts.models import Organisation
from wg_portal.core.database import engine_options, equip, set_reading
from wg_portal.discussions.models import Post, Thread
from wg_portal.serve import Server

SIZE = 30  # posts of a page, as ours
LEVELS = 3

PAGE = """<!doctype html><title>{{ thread.title }}</title><h1>{{ thread.title }}</h1>
{% for post in posts %}<article id="post-{{ post.public_id }}"><b>{{ bodies[post.organisation_id] }}</b>
<time>{{ post.published_at }}</time>{{ post.body_html|safe }}</article>{% endfor %}"""


class BareServer(Server):
    """The portal's own, without the portal's jobs."""

    def begin(self, worker):
        engine = self.application.extensions.get("engine")
        if engine is not None:
            engine.dispose(close=False)


def pages(settings):
    app = Flask("bare")
    uri = settings["SQLALCHEMY_DATABASE_URI"]
    engine = app.extensions["engine"] = create_engine(uri, **engine_options(uri))
    equip(engine)
    threads, posts, bodies = Thread.__table__, Post.__table__, Organisation.__table__

    @app.get("/threads/<public_id>")
    def show(public_id):
        set_reading(True)
        with engine.connect() as connection:
            thread = connection.execute(select(threads).where(threads.c.public_id == public_id)).first() or abort(404)
            shown = (
                select(*(posts.c[name] for name in ("public_id", "organisation_id", "published_at", "body_html")))
                .where(posts.c.thread_id == thread.id, posts.c.depth <= LEVELS)
                .order_by(posts.c.path)
                .limit(SIZE)
            )
            rows = connection.execute(shown).all()
            of = {row.organisation_id for row in rows}
            named = dict(connection.execute(select(bodies.c.id, bodies.c.name).where(bodies.c.id.in_(of))).all())
        return render_template_string(PAGE, thread=thread, posts=rows, bodies=named)

    return app


class Between(RedisManager):
    """The library's own, with a name for each worker: it is made before they are."""

    def initialize(self):
        self.host_id = uuid.uuid4().hex
        super().initialize()


def sockets(settings):
    app = Flask("bare")
    relay = Between(settings["REDIS_URL"]) if settings["REDIS_URL"] else None
    socketio = SocketIO(
        app,
        async_mode="threading",
        transports=["websocket"],
        cors_allowed_origins="*",
        **({"client_manager": relay} if relay else {}),
    )

    @socketio.on("connect")
    def connect(auth):
        join_room(auth["room"])

    @app.post("/emit")
    def emit():
        told = request.get_json()
        socketio.emit("hint", told["payload"], to=told["rooms"])
        return "", 204

    return app


@click.command()
@click.argument("what", type=click.Choice(["pages", "sockets"]))
@click.option("--port", type=int, required=True)
@click.option("--workers", type=int, default=1)
def main(what, port, workers):
    app = {"pages": pages, "sockets": sockets}[what](config.load(port=port))
    app.add_url_rule("/healthz", view_func=lambda: "ok")
    app.config["SOCKETS_AT_MOST"] = PAGES if what == "sockets" else DEFAULTS["SOCKETS_AT_MOST"]
    BareServer(app, workers, port).run()


if __name__ == "__main__":
    main()
