"""Every page in Chromium: axe finds nothing, nothing is asked of another host, and the console stays quiet."""

from pathlib import Path

import pytest

from tests.leaks import acts
from tests.leaks.places import PLACES, rules
from tests.leaks.scenes import SCENES
from tests.pages.grown import NOT_PAGES, Grown

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PHONE, DESKTOP = {"width": 360, "height": 740}, {"width": 1280, "height": 900}

# Every page in the first two, which differ in everything; every third page in the two between.
LOOKS = [
    ("en", "light", DESKTOP, 1),
    ("ar", "dark", PHONE, 1),
    ("en", "dark", PHONE, 3),
    ("ar", "light", DESKTOP, 3),
]


# Pages that the writer of everything may not open, or not for the first row there is: who may.
OTHERS = ("secretariat", "head", "representative")


def furnish(world):
    """One of everything for everyone; rule -> (who opens it, address), for every page there is."""
    grown = Grown(world)
    draft = acts.drafted(grown.stage, SCENES[0], "response being drafted")
    grown.stage.keep(draft, "a response being drafted", SCENES[0].inside)
    pages, others = {}, {name: world.browser(getattr(world, name)) for name in OTHERS}
    for rule, path in grown.pages():
        if rule in pages or rule.endswith((".ics", "/changes")):
            continue
        browsers = {SCENES[0].author: grown.browser} | others
        who = next((name for name, browser in browsers.items() if browser.get(path).status_code == 200), None)
        if who:
            pages[rule] = who, path
    return pages


@pytest.fixture(scope="session")
def pages(sqlite_portal):
    return sqlite_portal.stage(furnish)


@pytest.fixture
def walk(visit, sqlite_portal, pages):
    """walk(step, **options) -> every `step`th page, open in the browser of whoever may open it."""

    def go(step=1, language="en", **options):
        opened = {}
        for who, path in sorted(pages.values())[::step]:
            if who not in opened:
                opened[who] = visit(sqlite_portal, who, **options)
                speak(opened[who], language)
            opened[who].goto(path)
            yield path, opened[who]
        for page in opened.values():
            speak(page, "en")

    return go


@pytest.mark.parametrize(
    "look", LOOKS, ids=["-".join((name, scheme, str(size["width"]))) for name, scheme, size, _step in LOOKS]
)
def test_axe_finds_nothing(walk, look):
    """bypass_csp lets the tool itself in; the next scene walks the same pages with the policy on."""
    language, scheme, size, step = look
    found = []
    for path, page in walk(step, language, color_scheme=scheme, viewport=size, bypass_csp=True):
        page.add_script_tag(path=AXE)
        report = page.evaluate(
            "standards => axe.run(document, {runOnly: standards, resultTypes: ['violations']})", STANDARDS
        )
        found += [
            f"{path}: {fault['id']}: {fault['help']}: {fault['nodes'][0]['html'][:160]}"
            for fault in report["violations"]
        ]
    assert not found, "\n".join(found)


def speak(page, language):
    """Choose the language as members do, in the bar."""
    page.goto("/account")
    page.locator('main select[name="language"]').first.select_option(language)
    page.locator("main form button.go").first.click()
    page.locator(f'html[lang|="{language}"]').wait_for()


def test_pages_keep_to_themselves(sqlite_portal, visit, walk):
    """`visit` fails the scene when a page asks another host or complains on the console, the policy's no included."""
    for path, page in walk():
        assert page.locator("main").count() == 1, path
        assert page.locator("h1").count() == 1, path
    stranger = visit(sqlite_portal, None)
    stranger.goto("/sign-in")
    stranger.goto("/nowhere")


def test_every_page_of_the_portal_is_among_them(sqlite_portal, pages):
    """What is left out is named: files, fragments, and answers that lead elsewhere."""
    elsewhere = {"/posts/<public_id>", "/posts/<public_id>/reply", "/rsvps/<public_id>", "/signons/<public_id>"}
    fragments = {rule for rule in PLACES if rule.endswith(("/rsvps", "/answers", "/stages", "/changes", ".ics"))}
    asked = {rule.rule for rule in rules(sqlite_portal.app) if not rule.rule.startswith(NOT_PAGES)}
    assert asked - elsewhere - fragments - pages.keys() == set()
