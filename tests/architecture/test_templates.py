"""Templates decide nothing, run nothing inline, and every form carries its keys."""

import re

import pytest
from jinja2 import nodes

from tests.architecture.house import ROOT, TEMPLATES, source

FRAME = "parts/frame.html"  # the macros of one page's frame
COMMENT = re.compile(r"\{#.*?#\}", re.S)


def text(path):
    return COMMENT.sub("", source(path))


def each(function):
    return pytest.mark.parametrize("path", TEMPLATES, ids=str)(function)


@each
def test_every_form_that_posts_carries_its_keys(path):
    for form in re.findall(r"<form\b[^>]*?method=[\"']?post.*?(?:</form>|\Z)", text(path), re.S | re.I):
        assert "form_keys(" in form, f"{path}: begin the form with {{{{ form_keys() }}}}: {form[:80]}"


def imported():
    return sorted(
        {name for path in TEMPLATES for name in re.findall(r"(?:from|import) \"([^\"]+\.html)\"", text(path))}
    )


def test_macros_know_only_what_they_are_told_or_ask_for(sqlite_app):
    """They are imported without their page: a name of the page would be empty there, and nobody would be told."""
    env = sqlite_app.jinja_env
    for name in imported():
        tree = env.parse(source(ROOT / "templates" / name))
        beside = {macro.name for macro in tree.find_all(nodes.Macro)} | set(env.globals) | aliases(tree)
        for macro in tree.find_all(nodes.Macro):
            own = {found.name for found in macro.find_all(nodes.Name) if found.ctx in ("store", "param")}
            asked = {found.name for found in macro.find_all(nodes.Name) if found.ctx == "load"}
            missing = asked - own - beside - {"caller", "kwargs", "loop"}
            assert name == FRAME or not missing, f"{macro.name} in {name} does not know {', '.join(sorted(missing))}"


def aliases(tree):
    """What a template imports."""
    names = [one for found in tree.find_all(nodes.FromImport) for one in found.names]
    return {one if isinstance(one, str) else one[1] for one in names}


def test_only_the_frame_is_made_anew_for_each_page():
    for path in TEMPLATES:
        for name in re.findall(r"(?:from|import) \"([^\"]+)\"[^%]*? with context", text(path)):
            assert name == FRAME, f"{path} imports {name} with context: its macros would be built in every page"


@each
def test_forms_send_by_get_or_post_or_close_a_dialog(path):
    for method in re.findall(r"<form\b[^>]*?method=[\"']?(\w+)", text(path), re.I):
        assert method.lower() in ("get", "post", "dialog"), path


@each
def test_nothing_is_inline(path):
    said = text(path)
    assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>", said, re.I), f"{path}: a script has an address"
    assert not re.search(r"<style\b", said, re.I), f"{path}: styles stand in static/css"
    assert not re.search(r"\sstyle\s*=", said, re.I), f"{path}: give it a class"
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", said, re.I), f"{path}: a custom element listens"
    assert "javascript:" not in said.lower(), path


@each
def test_nothing_comes_from_elsewhere(path):
    for address in re.findall(r"(?:src|href|action|poster|srcset)\s*=\s*[\"']([^\"'{]+)", text(path), re.I):
        assert not re.match(r"(?:https?:)?//", address), f"{path}: {address}"


@each
def test_members_words_are_never_trusted_as_html(path):
    """`|safe` is not used; what is safe arrives as Markup, or by |html from a column that holds rendered text."""
    assert not re.search(r"\|\s*safe\b", text(path)), path
    for value in re.findall(r"\{\{\s*([\w.\[\]']+)\s*\|\s*html\b", text(path)):
        assert re.search(r"html$", value), f"{path}: {value}|html"


@each
def test_a_page_has_one_heading_of_the_first_order(path):
    """At most one a branch; that there is one is asked of the pages themselves."""
    said = text(path)
    if 'extends "base.html"' not in said and 'extends "entry.html"' not in said:
        return
    branches = len(re.findall(r"\{% (?:else|elif)", said)) + 1
    assert len(re.findall(r"<h1\b", said)) <= branches, path
    assert "<main" not in said, f"{path}: the frame has the one <main>"


def test_every_sentence_is_marked_for_translation():
    """Words between tags go through gettext: a bare English sentence would stay English in Arabic."""
    bare = []
    for path in TEMPLATES:
        said = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", " ", text(path), flags=re.S)
        for words in re.findall(r">([^<>]+)<", said):
            if re.search(r"[A-Za-z]{3,} [A-Za-z]{2,}", words):
                bare.append(f"{path}: {words.strip()[:60]}")
    assert bare == []


def test_templates_have_the_names_of_features():
    folders = {path.name for path in (ROOT / "templates").iterdir() if path.is_dir()}
    features = {path.name for path in (ROOT / "wg_portal").iterdir() if path.is_dir()}
    assert folders - features <= {"parts", "security"}
