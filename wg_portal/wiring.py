"""Which feature hears of what, answers for what, and shows what. Read it to know the house."""

from pathlib import Path

from flask import Blueprint

from wg_portal.accounts import letters
from wg_portal.accounts import routes as accounts
from wg_portal.accounts.queries import forget_directory
from wg_portal.audiences import actions as audiences
from wg_portal.audiences import routes as audience_pages
from wg_portal.audiences.listeners import keep_rosters
from wg_portal.briefs import queries as briefs
from wg_portal.briefs import routes as brief_pages
from wg_portal.core import journal, links
from wg_portal.countries import routes as countries
from wg_portal.discussions import listeners as discussions
from wg_portal.discussions import routes as discussion_pages
from wg_portal.events import listeners as events_heard
from wg_portal.events import queries as events
from wg_portal.events import routes as event_pages
from wg_portal.laws import import_routes as law_imports
from wg_portal.laws import queries as laws
from wg_portal.laws import routes as law_pages
from wg_portal.live import listeners as live
from wg_portal.live import routes as live_pages
from wg_portal.responses import queries as responses
from wg_portal.responses import routes as response_pages
from wg_portal.search import listeners as search
from wg_portal.search import routes as search_pages
from wg_portal.today import routes as today

MIGRATIONS = Path(__file__).parents[1] / "migrations"

# What the outbox promises, by kind.
HANDLERS = {
    "release": audiences.release_errand,
    "invitation letter": letters.send_invitation,
}

# Inside the transaction, in this order: rosters first, since the others ask who may read.
INSIDE = [keep_rosters, discussions.keep_title, links.keep_card, search.follow_marking, events_heard.keep_places]

# When cards were kept, also inside the transaction.
KEPT = [search.index]

# How each feature's rows are shown by the others, and found.
CARDS = [
    laws.register_links,
    briefs.register_links,
    events.register_links,
    responses.register_links,
    discussions.register_links,
]

# After the commit.
AFTER = [forget_directory, live.hint, live.cut_lines]

PAGES: list[Blueprint] = [
    accounts.bp,
    audience_pages.bp,
    search_pages.bp,
    law_pages.bp,
    brief_pages.bp,
    law_imports.bp,
    countries.bp,
    event_pages.bp,
    response_pages.bp,
    discussion_pages.bp,
    live_pages.bp,
    today.bp,
]


def connect(app):
    journal.listeners_inside[:] = INSIDE
    journal.listeners_after[:] = AFTER
    links.kept[:] = KEPT
    for register in CARDS:
        register()
    for pages in PAGES:
        app.register_blueprint(pages)
