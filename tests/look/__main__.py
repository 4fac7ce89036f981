"""`make look`: pictures of every page of the demonstration, and contact sheets of them, in the folder look/.

English and Arabic, phone and desktop, light and dark, with and without JavaScript. Nothing is compared: somebody looks.
"""

import html
import os
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.chromium import CHROMIUM, QUIET
from tests.running import free_port

ROOT = Path(__file__).parents[2]
INTO = ROOT / "look"
COMMAND = Path(sys.executable).with_name("wg-portal")

MEMBER = "delegate.lt@demo.example"
SECRETARIAT = "secretariat@demo.example"
SIZES = {"phone": {"width": 360, "height": 740}, "desktop": {"width": 1280, "height": 900}}
TALLEST = 2400  # pixels of a page that a picture shows

# name -> address. A list's first record is opened for the records; "=link text pattern" follows a link of the page.
PAGES = {
    "today": "/",
    "laws": "/laws",
    "laws-narrowed": "/laws?country=EG",
    "law-new": "/laws/new",
    "norms": "/norms",
    "countries": "/countries",
    "country": "/countries/EG",
    "country-empty": "/countries/IS",
    "briefs": "/briefs",
    "brief-new": "/briefs/new",
    "discussions": "/discussions",
    "discussion-new": "/discussions/new",
    "responses": "/responses",
    "response-new": "/responses/new",
    "events": "/events",
    "events-month": "/events?view=month",
    "event-new": "/events/new",
    "people": "/people",
    "search": "/search?q=law",
    "search-empty": "/search?q=zzzz",
    "account": "/account",
    "keys": "/keys",
    "missing": "/briefs/AAAAAAAAAAAAAAAAAAAAAA",
}
RECORDS = {
    "law": "/laws",
    "brief": "/briefs",
    "discussion": "/discussions",
    "response": "/responses",
    "event": "/events",
}
OF_SECRETARIAT = {"import": "/laws/import", "invitations": "/invitations"}


@contextmanager
def demonstration():
    """(address, password) of a demonstration with a data folder of its own."""
    folder, port, password = tempfile.mkdtemp(prefix="wg-portal-look-"), free_port(), secrets.token_urlsafe(15)
    environ = {name: value for name, value in os.environ.items() if not name.startswith("WG_PORTAL_")}
    environ |= {"WG_PORTAL_DATA_DIR": folder, "WG_PORTAL_DEMO_PASSWORD": password}
    server = subprocess.Popen(
        [COMMAND, "run", "--demo", "--port", str(port)], cwd=ROOT, env=environ, stdout=subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(address, server)
        yield address, password
    finally:
        server.terminate()
        server.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


def wait_for(address, server):
    until = time.monotonic() + 120
    while time.monotonic() < until and server.poll() is None:
        try:
            urllib.request.urlopen(f"{address}/healthz", timeout=2).close()
            return
        except OSError:
            time.sleep(0.2)
    sys.exit("The demonstration did not start.")


def sign_in(page, email, password):
    page.goto("/sign-in")
    page.locator('input[name="email"]').fill(email)
    page.locator('input[name="password"]').fill(password)
    page.locator("main form button.go").click()
    page.wait_for_url("**/")


def speak(page, language):
    page.goto("/account")
    page.locator('main select[name="language"]').first.select_option(language)
    page.locator("main form button.go").first.click()
    page.wait_for_load_state()


def addresses(page):
    """name -> address of every page to take, records found by their lists."""
    found = dict(PAGES)
    for name, listing in RECORDS.items():
        page.goto(listing)
        records = [href for href in links(page) if re.fullmatch(rf"{listing}/[A-Za-z0-9_-]{{22}}", href)]
        if records:
            found[name] = records[0]
            found[f"{name}-audience"] = f"/audience{records[0]}"
    if "brief" in found:
        found["brief-edit"] = f"{found['brief']}/edit"
    return found


def links(page):
    return page.locator("main a[href]").evaluate_all("all => all.map(one => one.getAttribute('href'))")


def take(page, name, sheet):
    """One picture, from the top of the page down to TALLEST."""
    size = page.viewport_size
    height = min(TALLEST, max(size["height"], int(page.locator("html").bounding_box()["height"]) + 1))
    path = INTO / sheet / f"{name}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    page.set_viewport_size({"width": size["width"], "height": height})  # what stands at the bottom stays there
    page.screenshot(path=path)
    page.set_viewport_size(size)


def walk(browser, address, password, language, size, scheme, scripts):
    """Every page in one look. Returns the name of its sheet."""
    sheet = "-".join([language, size, scheme, "scripts" if scripts else "no-scripts"])
    options = {"base_url": address, "viewport": SIZES[size], "color_scheme": scheme, "java_script_enabled": scripts}
    context = browser.new_context(**options)
    page = context.new_page()
    page.goto("/sign-in")
    take(page, "sign-in", sheet)
    sign_in(page, MEMBER, password)
    speak(page, language)
    for name, place in addresses(page).items():
        page.goto(place)
        take(page, name, sheet)
    context.clear_cookies()
    sign_in(page, SECRETARIAT, password)
    speak(page, language)
    for name, place in OF_SECRETARIAT.items():
        page.goto(place)
        take(page, name, sheet)
    context.close()
    return sheet


def contact_sheet(browser, sheet):
    """All pictures of a look on one page, which is a picture too."""
    pictures = sorted((INTO / sheet).glob("*.png"))
    width = 180 if "phone" in sheet else 320
    tiles = "".join(
        f"<figure><img src='{picture.as_uri()}' width={width}><figcaption>{html.escape(picture.stem)}</figcaption></figure>"
        for picture in pictures
    )
    style = (
        "body{margin:16px;font:13px sans-serif;background:#888}main{display:flex;flex-wrap:wrap;gap:12px;align-items:flex-start}"
        "figure{margin:0;background:#fff}img{display:block;max-height:640px;object-fit:cover;object-position:top}figcaption{padding:4px}"
    )
    page_file = INTO / f"{sheet}.html"
    page_file.write_text(
        f"<!doctype html><meta charset=utf-8><title>{sheet}</title><style>{style}</style><h1>{sheet}</h1><main>{tiles}</main>"
    )
    page = browser.new_page(viewport={"width": 1720, "height": 1000})
    page.goto(page_file.as_uri())
    page.screenshot(path=INTO / f"{sheet}.png", full_page=True)
    page.close()


def looks():
    """(language, size, scheme, scripts): all of them with scripts, and both sizes without."""
    for language in ("en", "ar"):
        for size in SIZES:
            for scheme in ("light", "dark"):
                yield language, size, scheme, True
            yield language, size, "light", False


def main(names):
    """names: parts of sheet names to take only those, such as `ar-phone`."""
    wanted = [look for look in looks() if not names or any(name in "-".join(map(str, look)) for name in names)]
    INTO.mkdir(exist_ok=True)
    with demonstration() as (address, password), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        for look in wanted:
            sheet = walk(browser, address, password, *look)
            contact_sheet(browser, sheet)
            print(f"look/{sheet}.png", flush=True)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
