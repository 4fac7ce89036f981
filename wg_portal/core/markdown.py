"""The Markdown we speak: CommonMark with tables, strikethrough and bare links, and no reference links.

Whoever writes decides nothing about how long a page takes: each costly thing has an allowance, and past
it a sign is shown as the character it is. No text is ever refused or lost here, nor any HTML let through.
"""

import re
from collections.abc import Callable, Sequence
from unicodedata import bidirectional

import nh3
from linkify_it import LinkifyIt
from linkify_it.main import Match
from markdown_it import MarkdownIt, rules_block, rules_inline
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markupsafe import escape

# Ordinary texts stay far below these; 20,000 hostile characters stay below 250 ms.
LONGEST = 100_000  # characters read; the limit of a body is smaller and kept by the forms
LINES = 3_000  # lines read as Markdown, the rest is shown as it was typed
DEEPEST = 16  # levels of quotes and lists; a list counts for two
LABEL = 1_000  # characters between the brackets of a link
BRACKETS = 150  # links and images tried in one paragraph, and ten times that in a text
SPANS = 1_000  # signs (* _ ~ ` < &) tried in one paragraph, and four times that in a text
WIDEST = 60  # columns of a table
CELLS = 2_000  # cells of all tables together
BARE = 100  # bare links tried in one paragraph, and ten times that in a text
UNBROKEN = 1_000  # characters without a space among which bare links are looked for

_BRACKETS = re.compile(r"\\.|`++[^`]*+`*+|[\[\]]", re.DOTALL)
_STOPS = re.compile("[。，、；：？！（）「」『』《》〈〉【】؛،؟]")
InlineRule = Callable[[StateInline, bool], bool]
BlockRule = Callable[[StateBlock, int, int, bool], bool]


def _afford(state: StateInline, kind: str, most: int, times: int) -> bool:
    """Take one from this paragraph's and this text's allowance of a kind; False when either is used up."""
    spent = state.env.setdefault("spent", {})
    if spent.get("paragraph") is not state.tokens:  # each paragraph fills a list of tokens of its own
        spent["paragraph"] = state.tokens
        spent[kind, "here"] = 0
    here, everywhere = spent.get((kind, "here"), 0), spent.get(kind, 0)
    if here >= most or everywhere >= most * times:
        return False
    spent[kind, "here"], spent[kind] = here + 1, everywhere + 1
    return True


def _labels(source: str) -> set[int]:
    """Where the brackets stand that close right before a "(", found in one walk over the paragraph."""
    labels, open_at = set(), []
    for sign in _BRACKETS.finditer(source):
        if sign[0] == "[":
            open_at.append(sign.start())
        elif sign[0] == "]" and open_at:
            start = open_at.pop()
            if source.startswith("(", sign.end()) and sign.end() - start <= LABEL:
                labels.add(start)
    return labels


def _closes(state: StateInline, bracket: int) -> bool:
    """Whether a link can start at this bracket. The library would walk to the end to learn that it cannot."""
    labels: dict[str, set[int]] = state.env.setdefault("labels", {})
    if state.src not in labels:
        labels[state.src] = _labels(state.src)
    return bracket in labels[state.src] and _afford(state, "brackets", BRACKETS, 10)


def _link(state: StateInline, silent: bool) -> bool:
    return state.src[state.pos] == "[" and _closes(state, state.pos) and rules_inline.link(state, silent)


def _image(state: StateInline, silent: bool) -> bool:
    if not state.src.startswith("![", state.pos):
        return False
    return _closes(state, state.pos + 1) and rules_inline.image(state, silent)


def _bare_link(state: StateInline, silent: bool) -> bool:
    # Each try reads the sentence so far again, looking for the name of the scheme.
    if not state.src.startswith("://", state.pos):
        return False
    return _afford(state, "bare links", BARE, 10) and rules_inline.linkify(state, silent)


def _rationed(rule: InlineRule, signs: str) -> InlineRule:
    """An inline rule that gives up, leaving plain characters, once the allowance of signs is spent."""

    def rationed(state: StateInline, silent: bool) -> bool:
        if state.src[state.pos] not in signs or not _afford(state, "signs", SPANS, 4):
            return False
        return rule(state, silent)

    return rationed


def _shallow(rule: BlockRule) -> BlockRule:
    """A block rule that opens nothing below DEEPEST.

    The library's own limit would throw the content away; here it stays, as a paragraph.
    """

    def shallow(state: StateBlock, line: int, last: int, silent: bool) -> bool:
        return state.level < DEEPEST and rule(state, line, last, silent)

    return shallow


def _table(state: StateBlock, line: int, last: int, silent: bool) -> bool:
    """A table of a decent size: the library pads each row to the width of the first."""
    if line + 2 > last or state.level >= DEEPEST:
        return False
    ruling = state.src[state.bMarks[line + 1] + state.tShift[line + 1] : state.eMarks[line + 1]]
    if "-" not in ruling or ruling.strip(" \t|:-"):
        return False
    # Where the lines end is asked once for all of them, or a text of rulings is read a thousand times.
    end: int = state.env.get("rows_end", 0)
    if end <= line:
        end = line + 2
        while end < last and not state.isEmpty(end):
            end += 1
        state.env["rows_end"] = end
    columns = ruling.count("|") + 1
    cells = state.env.get("cells", 0) + columns * (end - line)
    if columns > WIDEST or cells > CELLS:
        return False
    done = rules_block.table(state, line, last, silent)
    if done and not silent:
        state.env["cells"] = cells
    return done


class _BareLinks(LinkifyIt):
    """Makes links of what says https:// and of nothing else: "report.md" and "art.no" are words."""

    def __init__(self) -> None:
        super().__init__(options={"fuzzy_link": False, "fuzzy_email": False, "fuzzy_ip": False})

    def pretest(self, text: str) -> bool:
        if "://" not in text or max(map(len, text.split())) > UNBROKEN:
            return False
        return super().pretest(text)

    def match(self, text: str) -> list[Match] | None:
        found = super().match(text)
        return found and [_ended(link) for link in found]

    def match_at_start(self, text: str) -> Match | None:
        if not any(map(str.isspace, text[:UNBROKEN])) and len(text) > UNBROKEN:
            return None
        link = super().match_at_start(text[:UNBROKEN])
        return link and _ended(link)


def _ended(link: Match) -> Match:
    """A bare link without the Chinese or Arabic sentence that follows it without a space."""
    stop = _STOPS.search(link.raw)
    if stop:
        link.last_index -= len(link.raw) - stop.start()
        link.raw = link.text = link.url = link.raw[: stop.start()]
    return link


_LEAVES = {"paragraph_open", "heading_open", "td_open", "th_open"}
_HOLDERS = {"list_item_open", "blockquote_open", "bullet_list_open", "ordered_list_open", "table_open"}
_CLOSINGS = {name.replace("_open", "_close") for name in _HOLDERS}


def _starts_rtl(text: str) -> bool | None:
    """Whether the first letter with a direction runs right to left; None when no letter has one."""
    for direction in map(bidirectional, text):
        if direction in ("L", "R", "AL"):
            return direction != "L"
    return None


def _directions_and_levels(state: StateCore) -> None:
    """Give every block its direction, and put headings one level below the page's own h1.

    A browser that works out `auto` for a quote or a list skips children with a `dir` of their own, so
    a holder of right-to-left paragraphs must say it itself, or its bullets land on the wrong side.
    """
    undecided: list[Token] = []
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + 1, 6)}"
        if token.type in _LEAVES:
            token.attrSet("dir", "auto")
        elif token.type in _HOLDERS:
            token.attrSet("dir", "auto")
            undecided.append(token)
        elif token.type in _CLOSINGS and undecided:
            undecided.pop()
        elif token.type == "inline" and undecided:
            rtl = _starts_rtl(token.content)
            if rtl:
                for holder in undecided:
                    holder.attrSet("dir", "rtl")
            if rtl is not None:
                undecided.clear()


def _description(_: RendererHTML, tokens: Sequence[Token], index: int, *__: object) -> str:
    """No picture is fetched from elsewhere: its description stands in its place."""
    return str(escape(tokens[index].content))


def _parser() -> MarkdownIt:
    # maxNesting is the library's own limit, set so high that ours is always met first.
    options = {"html": False, "linkify": True, "breaks": True, "maxNesting": 4 * DEEPEST}
    parser = MarkdownIt("commonmark", options).enable(["linkify", "table", "strikethrough"])
    parser.linkify = _BareLinks()
    # One definition used ten thousand times would make a page a thousand times longer than its text.
    parser.disable(["reference", "html_block", "html_inline"])
    interrupts = ["paragraph", "reference", "blockquote", "list"]
    parser.block.ruler.at("table", _table, {"alt": interrupts[:2]})
    parser.block.ruler.at("blockquote", _shallow(rules_block.blockquote), {"alt": interrupts})
    parser.block.ruler.at("list", _shallow(rules_block.list_block), {"alt": interrupts[:3]})
    parser.inline.ruler.at("linkify", _bare_link)
    parser.inline.ruler.at("link", _link)
    parser.inline.ruler.at("image", _image)
    parser.inline.ruler.at("emphasis", _rationed(rules_inline.emphasis.tokenize, "*_"))
    parser.inline.ruler.at("strikethrough", _rationed(rules_inline.strikethrough.tokenize, "~"))
    parser.inline.ruler.at("backticks", _rationed(rules_inline.backtick, "`"))
    parser.inline.ruler.at("autolink", _rationed(rules_inline.autolink, "<"))
    parser.inline.ruler.at("entity", _rationed(rules_inline.entity, "&"))
    parser.core.ruler.push("directions_and_levels", _directions_and_levels)
    parser.add_render_rule("image", _description)
    return parser


_markdown = _parser()
_DIRECTED = ("p", "li", "blockquote", "h2", "h3", "h4", "h5", "h6", "td", "th", "ul", "ol", "table")
_cleaner = nh3.Cleaner(
    tags={*_DIRECTED, "br", "strong", "em", "s", "a", "code", "pre", "hr", "thead", "tbody", "tr"},
    attributes={**{tag: {"dir"} for tag in _DIRECTED}, "ol": {"dir", "start"}, "a": {"href", "title"}},
    url_schemes={"https", "http", "mailto"},
    link_rel="noopener noreferrer nofollow",
)


def _divided(source: str) -> tuple[str, list[str]]:
    """The lines read as Markdown, and the lines that come after the last of them."""
    lines = source[:LONGEST].split("\n")
    return "\n".join(lines[:LINES]), lines[LINES:]


def html(source: str) -> str:
    """Safe HTML of clean text with `\\n` line ends."""
    head, rest = _divided(source)
    out = _markdown.render(head, {})
    if rest:
        out += '<p dir="auto">' + "<br>".join(map(str, map(escape, rest))) + "</p>"
    return _cleaner.clean(out)


def words(source: str) -> list[str]:
    """The lines of clean text without Markdown's signs, in order; none of them is empty."""
    head, rest = _divided(source)
    lines: list[str] = []
    for token in _markdown.parse(head, {}):
        if token.type == "inline":
            parts = token.children or ()
            breaks = ("softbreak", "hardbreak")
            lines += "".join("\n" if part.type in breaks else part.content for part in parts).split("\n")
        elif token.type in ("fence", "code_block"):
            lines += token.content.split("\n")
    return [line for line in map(str.strip, lines + rest) if line]
