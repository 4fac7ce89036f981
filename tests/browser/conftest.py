"""Chromium, the running portal, and a page for each of the cast. No page may ask another host or complain."""

import os
import time
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests import databases
from tests.chromium import CHROMIUM, QUIET
from tests.running import Portal
from tests.world import PASSWORD

PATIENCE = 15_000  # milliseconds; two cores may be busy with other scenes
NAVIGATION = 45_000  # milliseconds; speed is measured elsewhere, and a load that never ends fails here as well
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    if not os.access(CHROMIUM, os.X_OK):
        databases.missing("Chromium", CHROMIUM)
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": QUIET}


@pytest.fixture(scope="session")
def base_url():
    """The plugin's own fixture warns on this pytest; each visitor has the address of its portal anyway."""


@pytest.fixture(scope="session")
def sqlite_portal(password_hash):
    portal = Portal("sqlite", password_hash).start()
    yield portal
    portal.remove()


@pytest.fixture(scope="session")
def postgresql_portal(password_hash):
    portal = Portal("postgresql", password_hash).start()
    yield portal
    portal.remove()


@pytest.fixture(params=["sqlite", "postgresql"])
def portal(request):
    """The running portal: embedded in one process, then on PostgreSQL and Redis in two."""
    return request.getfixturevalue(f"{request.param}_portal")


class Visitor:
    """A member's browser, or a stranger's: contexts of its own, and what it saw going wrong."""

    def __init__(self, new_context, portal, name, **options):
        self.portal, self.name, self.trouble, self.waiting = portal, name, [], {}
        options = {"base_url": portal.url, "viewport": {"width": 1280, "height": 900}, "locale": "en-GB"} | options
        self.context = new_context(**options)
        self.context.set_default_timeout(PATIENCE)
        self.context.set_default_navigation_timeout(NAVIGATION)
        self.context.on("request", self.note_request)
        self.context.on("requestfinished", lambda request: self.waiting.pop(request, None))
        self.context.on("requestfailed", lambda request: self.waiting.pop(request, None))
        self.context.on("console", self.note_console)
        self.context.on("weberror", lambda error: self.trouble.append(f"error: {error.error}"))
        self.page = self.context.new_page()

    def note_request(self, request):
        self.waiting[request] = time.monotonic()
        host = urlsplit(request.url).netloc
        if host and host != urlsplit(self.portal.url).netloc:
            self.trouble.append(f"asked {request.url}")

    def note_console(self, message):
        # A refused answer (404, 422) and a dead line are told by the browser itself: scenes check those.
        told_by_browser = "Failed to load resource" in message.text or "net::ERR_" in message.text
        if message.type == "error" and not told_by_browser:
            self.trouble.append(f"console: {message.text}")

    def sign_in(self):
        self.page.goto("/sign-in")
        self.page.get_by_label("Work address").fill(f"{self.name}@scenes.example")
        self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in with password").click()
        self.page.wait_for_url(f"{self.portal.url}/")
        return self.page


@pytest.fixture
def visit(new_context):
    """visit(portal, "head", java_script_enabled=False) -> a signed-in page. Fails at the end if a page complained."""
    visitors = []

    def enter(portal, name, **options):
        visitor = Visitor(new_context, portal, name, **options)
        visitors.append(visitor)
        return visitor.sign_in() if name else visitor.page

    yield enter
    for visitor in visitors:  # shown beside a failure: what never got its answer, and what the server had to say
        for request, since in visitor.waiting.items():
            print(visitor.name, "waits for", request.method, request.url, f"{time.monotonic() - since:.1f} s")
    for portal in {visitor.portal for visitor in visitors}:
        print(portal.said())
    assert [(visitor.name, trouble) for visitor in visitors for trouble in visitor.trouble] == []
