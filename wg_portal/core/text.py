"""Members' text: cleaned on its way in, turned from Markdown into safe HTML on its way out.

Nothing a member types may change how a page behaves, or make a name read otherwise than it is stored.
"""

import re
import unicodedata
from collections.abc import Sequence
from itertools import groupby

from markupsafe import Markup

from wg_portal.core.markdown import html, words


def _ranges(codes: Sequence[int]) -> str:
    """Code points as the inside of a regular expression's character class."""
    runs = (list(run) for _, run in groupby(enumerate(codes), lambda pair: pair[1] - pair[0]))
    return "".join(f"{chr(run[0][1])}-{chr(run[-1][1])}" for run in runs)


# Vowel signs and accents are not `\w`: without them an Arabic, Hindi or Burmese word falls apart.
MARKS = _ranges([code for code in range(0x300, 0x10000) if unicodedata.category(chr(code))[0] == "M"])
HAN = "\u3005\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"

# Surrogates and non-characters cannot be stored or exported; controls have no business in text.
_NEVER = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
# Embeddings, overrides and isolates can make a text read otherwise than it is stored.
_TURNING = "\u202a-\u202e\u2066-\u2069"
# Invisible in a name: two names could look the same. The joiners of Persian and Hindi stay.
_UNSEEN = "\u061c\u200b\u200e\u200f\u2060-\u2065\u206a-\u206f\ufeff\U000e0000-\U000e007f"
_JOINERS = "\u200c\u200d"
_NOT_IN_TEXT = re.compile(f"[{_NEVER}{_TURNING}]")
_NOT_IN_LINES = re.compile(f"[{_NEVER}{_TURNING}{_UNSEEN}]")
_LINE_ENDS = re.compile("\r\n|[\r\x85\u2028\u2029]")


def clean_text(text: str) -> str:
    """Text of several lines: NFC, `\\n` line ends, no controls and no turning of its direction. Tabs stay."""
    text = _LINE_ENDS.sub("\n", text)
    return unicodedata.normalize("NFC", _NOT_IN_TEXT.sub("", text))


def clean_line(text: str) -> str:
    """A name or a title: one line of NFC, nothing invisible, single spaces, none at the ends."""
    text = _NOT_IN_LINES.sub("", _LINE_ENDS.sub(" ", text))
    text = " ".join(unicodedata.normalize("NFC", text).split())
    return text if text.strip(_JOINERS + " ") else ""


def render(markdown: str) -> Markup:
    """Safe HTML of a member's Markdown: headings from h2 down, no pictures, no scripts, no styles."""
    return Markup(html(clean_text(markdown)))


def plain(markdown: str) -> str:
    """The words of a Markdown text without its signs, one line for one line: for search and excerpts."""
    return "\n".join(words(clean_text(markdown)))


def excerpt(markdown: str, length: int = 160) -> str:
    """The first words of a Markdown text on one line, at most `length` characters, "…" included when cut."""
    line = " ".join(plain(markdown[: 20 * length]).split())
    if len(line) <= length:
        return line
    end = max(length - 1, 0)
    space = line.rfind(" ", 0, end + 1)
    if space > end // 2:  # Chinese and the like have no spaces and may be cut anywhere
        end = space
    while end and (unicodedata.category(line[end])[0] == "M" or line[end] in _JOINERS):
        end -= 1  # a letter keeps its accents and vowel signs
    return line[:end].rstrip(" ,;:،؛，；：") + "…"
