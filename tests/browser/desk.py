"""What members do on pages, told once for browsers with and without JavaScript."""

import re
import time

LAWS = "wg_portal/demo/data/laws.csv"


def unfold(page):
    """Open whatever the form has folded away."""
    for _round in range(3):
        folded = page.locator("main form details:not([open]) > summary:visible")
        if not folded.count():
            return
        for _each in range(folded.count()):
            folded.first.click()


def choose_mix(page, circles=(), organisations=()):
    """Who can see it: circles and organisations, by their names."""
    unfold(page)
    page.locator('main input[name="preset"][value="mix"]').check()
    unfold(page)
    for circle in circles:
        page.locator(f'main input[name="circles"][value="{circle}"]').check()
    for name in organisations:
        page.locator("#organisations").get_by_label(name, exact=True).check()


def send(page):
    """Press the button that commits, and land on what was made."""
    before = page.url
    page.locator("main form button.go").last.click()
    page.wait_for_url(lambda url: url != before)
    return page.url


def public_id(page):
    return re.search(r"/([A-Za-z0-9_-]{22})", page.url).group(1)


def eventually(page, url, found, seconds=15):
    """Load a page until it has what is looked for: what was posted is held for a second first."""
    until = time.monotonic() + seconds
    while True:
        answer = page.goto(url)
        if answer.status == 200 and found(page):
            return answer
        assert time.monotonic() < until, f"{url} answered {answer.status} and never had it"
        page.wait_for_timeout(200)


def find_law(page, title, country):
    """From the list of laws to the record of one."""
    page.goto(f"/laws?country={country}")
    page.locator("main").get_by_role("link", name=title).first.click()
    page.wait_for_url(re.compile(r"/laws/[A-Za-z0-9_-]{22}"))
    return public_id(page)


def import_laws(page):
    """The secretariat takes in the real file: looks at it first, then presses the button under the preview."""
    page.goto("/laws/import")
    page.locator('main input[name="file"]').set_input_files(LAWS)
    page.get_by_role("button", name="Look at it").click()
    page.locator('main button[value="import"]').click()
    page.wait_for_url("**/imports/*")
