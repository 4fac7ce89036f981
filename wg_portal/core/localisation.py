"""The page's language, direction and zone, and the words and filters every template has.

Macros are imported without their page's context: their templates are then run once, not again in every page. What they
need to know of the page they ask for: `reader()`, `present()`, `where()`.
"""

from functools import cache

from babel import Locale
from babel.dates import format_date
from flask import g, has_app_context, has_request_context, request
from flask_babel import Babel, get_locale, get_translations
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
    return locale_named(GETTEXT.get(code, code))


@cache
def locale_named(code):
    return Locale.parse(code)


def present_locale():
    """Flask-Babel's get_locale(), without its four looks into the context: a page asks some hundred times."""
    known = getattr(g.get("_flask_babel"), "babel_locale", None) if has_app_context() else None
    return known or get_locale()


def translations():
    """The catalogue of the page's language: found once, not for each of the hundreds of words of a page."""
    now = present_locale()
    known = g.get("translations")
    if known is None or known[0] is not now:
        known = g.translations = (now, get_translations())
    return known[1]


def zone():
    member = g.get("viewer")
    return member.timezone if member else "UTC"


def page_code():
    return present_locale().language


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
    env.install_gettext_callables(
        gettext=lambda text: translations().ugettext(text),
        ngettext=lambda one, many, number: translations().ungettext(one, many, number),
        pgettext=lambda context, text: translations().upgettext(context, text),
        npgettext=lambda context, one, many, number: translations().unpgettext(context, one, many, number),
        newstyle=True,
    )
    env.globals.update(
        reader=reader,
        present=clock.now,
        where=where,
        languages=languages.LANGUAGES,
        demo=app.config["DEMO"],
        once=once,
        csrf_token=generate_csrf,
        asset=asset,
    )
    app.context_processor(words)


def number(value):
    from flask_babel import format_decimal

    return format_decimal(value)


def words():
    """What a page's own template has."""
    code = page_code()
    return {
        "viewer": reader(),
        "lang": code,
        "direction": languages.direction(code),
        "zone": zone(),
        "now": clock.now(),
        "place": where(),
    }


def reader():
    """Who reads the page; None before signing in."""
    return g.get("viewer")


def where():
    """The path of the page that a form stands on, across a refusal: what is typed is kept under it."""
    try:
        typed = request.form.get("place", "") if request.method == "POST" else ""
    except RequestEntityTooLarge:
        typed = ""
    return typed if typed.startswith("/") and not typed.startswith(("//", "/\\")) else request.path
