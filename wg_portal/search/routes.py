"""The page of the one search box. Every question has an address, so that it can be kept and gone back to."""

import re

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _

from wg_portal.accounts.queries import page_language
from wg_portal.core.languages import country_name
from wg_portal.core.text import clean_line
from wg_portal.core.web import viewer
from wg_portal.search import queries
from wg_portal.search.query import LONGEST

bp = Blueprint("search", __name__)


@bp.get("/search")
def results():
    text = clean_line(request.args.get("q", ""))[:LONGEST]
    page = request.args.get("page", "1")
    page = int(page) if page.isascii() and page.isdigit() and len(page) < 4 else 1
    found = queries.search(viewer(), text, page)
    return render_template(
        "search/results.html",
        text=text,
        found=found,
        help=signs(),
        facet_groups=facet_groups(text, found),
        page_address=page_address,
    )


def signs():
    """(as typed, what it does): the signs that a question may have."""
    return [
        ('"…"', _("finds these words in this order")),
        ("-…", _("leaves out what has this word")),
        ("country:EG", _("is about this country")),
        ("in:laws", _("finds one kind only: laws, briefs, discussions, posts, responses, events")),
        ("stage:in_force", _("finds laws at this stage")),
        ("by:LT", _("was written by this organisation, told by its code or name")),
        ("from:2024", _("is not older than this year, month or day")),
        ("to:2025-06", _("is not newer than this year, month or day")),
    ]


def facet_groups(text, found):
    """Kinds and countries of what was found, as parts/rows.html lists them. None where nothing was."""
    if not found.total:
        return None
    language = page_language()
    kinds = [(kind, noun, number) for kind, noun, number in found.kinds]
    countries = [(code, country_name(code, language), number) for code, number in found.countries]
    return [
        {"label": _("Kind"), "values": facet(text, found, "in", kinds)},
        {"label": _("Country"), "values": facet(text, found, "country", countries)},
    ]


def facet(text, found, name, values):
    chosen = found.query.filters.get(name, ())
    every = [{"text": _("All"), "url": without(text, name)}] if chosen else []
    return every + [
        {"text": words, "url": narrowed(text, name, value), "count": number, "current": chosen == (value,)}
        for value, words, number in values
    ]


def narrowed(text, name, value):
    """The address of the same question with one filter more."""
    return url_for(".results", q=f"{without_filter(text, name)} {name}:{value}".strip())


def without(text, name):
    """The address of the same question without a filter."""
    return url_for(".results", q=without_filter(text, name))


def without_filter(text, name):
    return " ".join(re.sub(rf'(?:^|(?<=\s)){name}:(?:"[^"]*"|\S+)', "", text, flags=re.I).split())


def page_address(text, page):
    return url_for(".results", q=text, **({"page": page} if page > 1 else {}))
