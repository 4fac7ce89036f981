"""The portal with one thing otherwise, to measure that thing. Nothing of the product changes: only this process does.

`deaf`: without the door's alarm. `roomy`: with threads for 500 open pages in one process, and an address at which hints
are said without anything having happened.
"""

import json

import click

import wg_portal
from wg_portal import serve
from wg_portal.core import visibility

PAGES = 560


def deaf():
    visibility.watch = lambda engine: None


def roomy():
    wg_portal.DEFAULTS["SOCKETS_AT_MOST"] = max(PAGES, wg_portal.DEFAULTS["SOCKETS_AT_MOST"])
    serve.Server.load = lambda server: with_hints(server.application)


def with_hints(app):
    """POST /bench/hint {payload, ids}: what a listener does after a commit, once it knows who may hear of it."""
    inner = app.wsgi_app

    def answer(environ, start_response):
        if environ["PATH_INFO"] != "/bench/hint":
            return inner(environ, start_response)
        told = json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
        with app.app_context():
            app.extensions["lines"].emit(told["payload"], set(told["ids"]))
        start_response("204 No Content", [])
        return [b""]

    app.wsgi_app = answer
    return app


VARIANTS = {"deaf": deaf, "roomy": roomy}


@click.command()
@click.argument("variant", type=click.Choice(list(VARIANTS)))
@click.option("--port", type=int, required=True)
@click.option("--workers", type=int, default=1)
def main(variant, port, workers):
    VARIANTS[variant]()
    serve.serve(False, workers, port)


if __name__ == "__main__":
    main()
