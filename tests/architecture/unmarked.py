"""Finds words that a reader would see and no translator ever will: those outside gettext."""

import ast
import re
from html.parser import HTMLParser
from pathlib import Path

from jinja2 import Environment, nodes

from wg_portal.core.languages import LANGUAGES

READ_ALOUD = {
    "title",
    "alt",
    "placeholder",
    "label",
    "aria-label",
    "aria-description",
    "aria-roledescription",
    "aria-valuetext",
}
SILENT = {"script", "style", "kbd", "code"}
BUTTONS = {"submit", "button", "reset"}

# Names that are the same in every language, and the key that bears its name on every keyboard.
ALLOWED = re.compile(r"\bwg-portal\b|\bTLP(:[A-Z+]+)?\b|\bUTC\b|^Esc$|" + "|".join(map(re.escape, LANGUAGES.values())))

# The beginning of a name that an expression completes: mark-{{ colour }}.
CLASS_NAME = re.compile(r"[a-z]+-")

MARKERS = {"_", "_l", "_n", "gettext", "ngettext", "pgettext", "npgettext", "_p"}
MARKERS |= {f"lazy_{name}" for name in MARKERS} | {"lazy_ngettext"}

# The arguments a reader sees, by the end of the name that is called: places, then keywords.
SHOWN = {
    "Field": ({0}, {"label", "description", "choices"}),
    "line": ({0}, {"label", "description"}),
    "words": ({0}, {"label", "description"}),
    "InputRequired": ({0}, {"message"}),
    "DataRequired": ({0}, {"message"}),
    "ValidationError": ({0}, set()),
    "StopValidation": ({0}, set()),
    "Refusal": ({0}, {"message"}),
    "flash": ({0}, {"message"}),
    "refuse": ({0}, {"message"}),
    "abort": ({1}, {"description"}),
}
SENTENCE = re.compile(r"[A-Z][a-z]*(['’,]?\s+\S+){2}|[A-Z][^_]*\s.*[.?!]$")


def words_in(text):
    """The part of a text that would have to be translated; '' when there is none."""
    left = ALLOWED.sub("", text)
    if CLASS_NAME.fullmatch(left.strip()):
        return ""
    return " ".join(text.split()) if any(sign.isalpha() for sign in left) else ""


def blank(match):
    return "\n" * match[0].count("\n")


def without_jinja(source):
    """The HTML alone; an expression leaves nothing, and lines keep their numbers."""
    source = re.sub(r"\{#.*?#\}", blank, source, flags=re.S)
    source = re.sub(r"\{%-?\s*trans\b.*?endtrans\s*-?%\}", blank, source, flags=re.S)
    return re.sub(r"\{\{.*?\}\}|\{%.*?%\}", blank, source, flags=re.S)


class Words(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found, self.silent = [], []

    def handle_starttag(self, tag, attributes):
        if tag in SILENT:
            self.silent.append(tag)
        kind = dict(attributes).get("type")
        for name, value in attributes:
            if name in READ_ALOUD or (name == "value" and tag == "input" and kind in BUTTONS):
                self.say(value or "")

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        self.handle_endtag(tag)

    def handle_endtag(self, tag):
        if tag in self.silent:
            self.silent.remove(tag)

    def handle_data(self, data):
        if not self.silent:
            self.say(data)

    def say(self, text):
        if words_in(text):
            lead = text[: len(text) - len(text.lstrip())].count("\n")
            self.found.append((self.getpos()[0] + lead, words_in(text)))


def in_template(source, html=True):
    """(line, words) of a template: its texts, attributes that are read aloud, bare words in expressions."""
    if html:
        parser = Words()
        parser.feed(without_jinja(source))
        parser.close()
        found = parser.found
    else:
        lines = without_jinja(source).splitlines()
        found = [(number, words_in(line)) for number, line in enumerate(lines, 1) if words_in(line)]
    tree = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"], autoescape=True).parse(source)
    marked = {
        id(const)
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name in MARKERS
        for const in call.find_all(nodes.Const)
    }
    compared = {id(const) for test in tree.find_all(nodes.Compare) for const in test.find_all(nodes.Const)}
    for const in tree.find_all(nodes.Const):
        if isinstance(const.value, str) and id(const) not in marked | compared and _written(const.value):
            found.append((const.lineno, words_in(const.value)))
    return sorted(set(found))


def _written(text):
    """Whether a text in an expression is for people: 'Post to all', not 'btn sm' or 'RED'."""
    return bool(re.match(r"\s*[A-Z][a-z]", text)) and bool(words_in(text))


def in_code(source):
    """(line, words) of Python: what is passed as a label or a message, and whole sentences but docstrings."""
    tree = ast.parse(source)
    docstrings, marked, found = set(), set(), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            docstrings.add(id(node.value))
        if isinstance(node, ast.Call) and _name(node) in MARKERS:
            marked |= {id(part) for part in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node) not in MARKERS:
            for text in _shown(node, marked):
                found.add((text.lineno, words_in(text.value)))
        text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
        if SENTENCE.match(text) and id(node) not in docstrings | marked:
            found.add((node.lineno, words_in(text)))
    return sorted(pair for pair in found if pair[1])


def _name(call):
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


def _shown(call, marked):
    ends = [end for end in SHOWN if _name(call) == end or (end == "Field" and _name(call).endswith(end))]
    places, keywords = SHOWN[ends[0]] if ends else (set(), {"message"})
    if ends == ["Field"] and _name(call) == "HiddenField":
        return
    shown = [argument for place, argument in enumerate(call.args) if place in places]
    shown += [keyword.value for keyword in call.keywords if keyword.arg in keywords and keyword.arg != "choices"]
    for keyword in call.keywords:
        if keyword.arg == "choices" and "choices" in keywords and isinstance(keyword.value, (ast.List, ast.Tuple)):
            pairs = [pair for pair in keyword.value.elts if isinstance(pair, ast.Tuple)]
            shown += [pair.elts[1] for pair in pairs if len(pair.elts) > 1]
    for argument in shown:
        for part in ast.walk(argument):
            if isinstance(part, ast.Constant) and isinstance(part.value, str) and id(part) not in marked:
                yield part


def unmarked(root):
    """'file:line: words' for everything under a checkout that readers see and gettext does not."""
    lines = []
    for path in sorted(Path(root, "templates").rglob("*.*")):
        if path.suffix in (".html", ".txt"):
            lines += _report(path, root, in_template(path.read_text("utf-8"), html=path.suffix == ".html"))
    for path in sorted(Path(root, "wg_portal").rglob("*.py")):
        rooms = {path.stem, path.parent.name}
        if any(room.endswith(("forms", "routes", "policy", "actions")) for room in rooms):
            lines += _report(path, root, in_code(path.read_text("utf-8")))
    return lines


def _report(path, root, found):
    return [f"{path.relative_to(root)}:{line}: {words[:80]}" for line, words in found]
