"""How often one may try. Only tries that failed count, so that nobody can lock a member out who knows the password.

With Redis the workers count together; when it is away, each counts for itself.
"""

from flask import request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from redis.backoff import NoBackoff
from redis.retry import Retry

TRIES = "10 per 5 minutes"
HURRY = {"socket_connect_timeout": 0.5, "socket_timeout": 0.5, "retry": Retry(NoBackoff(), 0)}  # of a hung Redis


def typed_address():
    return f"account:{request.form.get('email', '').strip().lower()[:254]}"


def failed(response):
    return response.status_code not in (302, 303)


def init(app):
    """Limit sign-in by account and by address. Called once the sign-in view is there."""
    limiter = Limiter(
        get_remote_address,
        app=app,
        storage_uri=app.config["REDIS_URL"] or "memory://",
        storage_options=HURRY if app.config["REDIS_URL"] else {},
        strategy="moving-window",
        in_memory_fallback_enabled=True,  # each view's own limits; a list of fallbacks would be for every page
        headers_enabled=True,
        swallow_errors=True,
    )
    view = app.view_functions["security.login"]
    for key in (typed_address, get_remote_address):
        view = limiter.limit(TRIES, key_func=key, methods=["POST"], deduct_when=failed)(view)
    app.view_functions["security.login"] = view
    app.extensions["portal-limiter"] = limiter
