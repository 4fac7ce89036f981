"""What every answer says to the browser, whatever the answer is."""

import re

import pytest

PERSONAL = ["/people", "/account", "/search?q=law", "/no-such-page"]
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def check(answer):
    policy = dict(part.split(" ", 1) for part in answer.headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == policy["object-src"] == "'none'"
    assert policy["require-trusted-types-for"] == "'script'"
    assert (
        "unsafe" not in answer.headers["Content-Security-Policy"]
        and "*" not in answer.headers["Content-Security-Policy"]
    )
    for name, value in ALWAYS.items():
        assert answer.headers[name] == value
    assert "camera=()" in answer.headers["Permissions-Policy"]
    assert "Server" not in answer.headers and "X-Powered-By" not in answer.headers


def check_personal(answer):
    check(answer)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Cookie" in answer.headers["Vary"]
    assert "ETag" not in answer.headers and "Last-Modified" not in answer.headers


@pytest.mark.parametrize("path", PERSONAL)
def test_pages_of_members_are_never_kept(world, path):
    check_personal(world.browser(world.chair).get(path))


@pytest.mark.parametrize("path", ["/sign-in", "/", "/people", "/healthz", "/join/x", "/no-such-page"])
def test_what_strangers_get_says_the_same(world, path):
    check_personal(world.browser().get(path))


def test_every_kind_of_answer_says_it(world, monkeypatch):
    browser = world.browser(world.chair)
    seen = {}
    seen[200] = browser.get("/people")
    seen[302] = world.browser().get("/people")
    seen[303] = browser.submit("/account", field="timezone", timezone="UTC")
    seen[400] = browser.post("/account", data={"once": "x" * 20})
    seen[401] = world.browser().post("/account", data={})
    seen[403] = world.browser(world.delegate).get("/invitations")
    seen[404] = browser.get("/nothing-here")
    seen[405] = browser.get("/sign-out")
    seen[413] = browser.post("/account", data={"about": "x" * 1_100_000})
    seen[422] = browser.submit("/account", field="timezone", timezone="Nowhere")
    monkeypatch.setitem(world.app.view_functions, "accounts.people", lambda: 1 / 0)
    monkeypatch.setitem(world.app.config, "PROPAGATE_EXCEPTIONS", False)
    monkeypatch.setattr(world.app, "testing", False)
    seen[500] = browser.get("/people")
    for status, answer in seen.items():
        assert answer.status_code == status, (status, answer.status_code)
        check_personal(answer)
    assert "ZeroDivisionError" not in seen[500].text and "Traceback" not in seen[500].text


def test_an_error_is_a_page_that_says_what_to_do(world):
    answer = world.browser(world.chair).get("/nothing-here")
    assert answer.mimetype == "text/html"
    assert len(re.findall(r"<h1", answer.text)) == 1 and len(re.findall(r"<main", answer.text)) == 1


def test_built_files_never_change_under_their_name(world):
    for address in world.app.config["ASSETS"].values():
        answer = world.browser().get(f"/static/dist/{address}")
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert "Set-Cookie" not in answer.headers
        check(answer)
        answer.close()


def test_a_missing_file_is_not_kept_for_a_year(world):
    answer = world.browser().get("/static/dist/none.css")
    assert answer.status_code == 404
    assert "no-store" in answer.headers["Cache-Control"]


def test_over_https_the_browser_is_told_to_stay_there(world, monkeypatch):
    assert "Strict-Transport-Security" not in world.browser().get("/sign-in").headers
    monkeypatch.setitem(world.app.config, "BASE_URL", "https://portal.example.org")
    assert "max-age=31536000" in world.browser().get("/sign-in").headers["Strict-Transport-Security"]
