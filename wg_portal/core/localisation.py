"""The page's language, direction and zone, and the words and filters every template has."""

from babel.dates import format_date
from flask import g, has_request_context, request
from flask_babel import Babel, get_locale
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup
from werkzeug.exceptions import RequestEntityTooLarge

from wg_portal.core import clock, languages, times
from wg_portal.core.assets import asset
from wg_portal.core.forms import once
from wg_portal.core.text import excerpt

COOKIE = "language"
GETTEXT = {"zh": "zh_Hans"}


def language():
    """The member's language; before signing in, the remembered or the browser's."""
    member = g.get("viewer")
    if member:
        return member.language
    if not has_request_context():
        return "en"  # commands; letters force their reader's language
    return languages.choose(request.headers.get("Accept-Language", ""), request.cookies.get(COOKIE))


def locale():
    code = language()
    return GETTEXT.get(code, code)


def zone():
    member = g.get("viewer")
    return member.timezone if member else "UTC"


def page_code():
    return get_locale().language


def init(app):
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(app.root_path) + "/translations"
    Babel(app, locale_selector=locale, timezone_selector=zone)
    env = app.jinja_env
    env.trim_blocks = env.lstrip_blocks = True
    env.filters.update(
        localtime=lambda at: times.localtime(at, zone()),
        day=lambda at: times.day(at, page_code(), zone()),
        short_day=lambda at: times.short_day(at, page_code(), zone()),
        weekday=lambda at: format_date(times.localtime(at, zone()), "EEEE", locale=locale()),
        long_day=lambda at: times.long_day(at, page_code(), zone()),
        clock=lambda at: times.clock(at, page_code(), zone()),
        when=lambda at: times.when(at, page_code(), zone()),
        when_utc=lambda at: times.when_utc(at, page_code(), zone()),
        ago=lambda at: times.ago(at, clock.now(), page_code(), zone()),
        left=lambda at: times.left(at, clock.now(), page_code()),
        partial_date=lambda text: times.partial_date(text, page_code()),
        city=lambda name: times.city(name, page_code()),
        country=lambda code: languages.country_name(code, page_code()),
        language_name=lambda code: languages.language_name(code, page_code()),
        direction=languages.direction,
        isotime=lambda at: at.isoformat(),
        excerpt=excerpt,
        html=Markup,
        number=number,
    )
    app.context_processor(words)


def number(value):
    from flask_babel import format_decimal

    return format_decimal(value)


def words():
    """What every template has."""
    from flask import current_app

    code = page_code()
    return {
        "viewer": g.get("viewer"),
        "lang": code,
        "direction": languages.direction(code),
        "languages": languages.LANGUAGES,
        "zone": zone(),
        "now": clock.now(),
        "once": once,
        "csrf_token": generate_csrf,
        "asset": asset,
        "demo": current_app.config["DEMO"],
        "place": where(),
    }


def where():
    """The path of the page that a form stands on, across a refusal: what is typed is kept under it."""
    try:
        typed = request.form.get("place", "") if request.method == "POST" else ""
    except RequestEntityTooLarge:
        typed = ""
    return typed if typed.startswith("/") and not typed.startswith(("//", "/\\")) else request.path
