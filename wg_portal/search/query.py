"""What a member typed into the search box, understood: words, "phrases", -not and filters.

Nothing typed is an error. A filter whose value makes no sense is read as words, as it was typed.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date

from wg_portal.search.analyzer import WORDS, Terms, normal, query_words

LONGEST = 400  # characters of a query; the rest is ignored
FILTERS = ("country", "stage", "from", "to", "in", "by")

_QUOTES = str.maketrans("“”„«»「」『』〝〞", '"' * 11)
_PART = re.compile(rf'(?P<no>-)?(?:(?P<name>{"|".join(FILTERS)}):)?(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+))', re.I)
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_NAME = re.compile(r"[\w-]{1,40}")


@dataclass(frozen=True)
class Phrase:
    """Words in this order: find texts by `words` (all of them), then keep those that `is_in` confirms."""

    words: tuple[Terms, ...]
    text: str  # as normal() writes it

    def is_in(self, text: str) -> bool:
        """Whether the phrase stands in this text as it was quoted, but for case, accents and marks."""
        return self.text in normal(text)


@dataclass(frozen=True)
class Query:
    """A text matches when it has one alternative of every word, all phrases, and nothing of `without`.

    `filters` holds, for a name of FILTERS, the values asked for: countries in capitals, stages and kinds
    in small letters, `from` and `to` as ISO dates (a year or month made its first or last day).
    """

    words: tuple[Terms, ...] = ()
    phrases: tuple[Phrase, ...] = ()
    without: tuple[Terms, ...] = ()
    without_phrases: tuple[Phrase, ...] = ()
    filters: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether anything is asked for; what is only left out asks for nothing."""
        return bool(self.words or self.phrases or self.filters)

    @property
    def wanted(self) -> tuple[Terms, ...]:
        """All words to find and to mark: those asked for one by one, and those of phrases."""
        return self.words + tuple(terms for phrase in self.phrases for terms in phrase.words)


def parse_query(text: str, language: str) -> Query:
    """Read what was typed; `language` is the page's, and words in the other five are found all the same."""
    text = unicodedata.normalize("NFKC", text[:LONGEST]).translate(_QUOTES)[:LONGEST]
    words: list[Terms] = []
    phrases: list[Phrase] = []
    without: list[Terms] = []
    without_phrases: list[Phrase] = []
    filters: dict[str, tuple[str, ...]] = {}
    room = WORDS
    for part in _PART.finditer(text):
        name, quoted = (part["name"] or "").lower(), part["phrase"] is not None
        value = part["phrase"] if quoted else part["word"]
        if name and not part["no"] and (meant := _meant(name, value)):
            if meant not in filters.get(name, ()) and len(filters.get(name, ())) < WORDS:
                filters[name] = (*filters.get(name, ()), meant)
            continue
        found = query_words(f"{name} {value}" if name else value, language)[:room]
        room -= len(found)
        if not found:
            continue
        # A word of several terms (Chinese, a hyphen) is left out only where these stand together.
        together = Phrase(tuple(found), normal(value)) if len(found) > 1 else None
        if part["no"]:
            without_phrases += [together] if together else []
            without += [] if together else found
        elif quoted and not name:
            phrases.append(together or Phrase(tuple(found), normal(value)))
        else:
            words += [terms for terms in found if terms not in words]
    return Query(tuple(words), tuple(phrases), tuple(without), tuple(without_phrases), filters)


def _meant(name: str, value: str) -> str:
    """A filter's value in its one spelling, or "" when it has none."""
    value = " ".join(value.split())
    if name == "country":
        return value.upper() if re.fullmatch("[A-Za-z]{2}", value) else ""
    if name in ("from", "to"):
        return _day(value.translate(_DIGITS), last=name == "to")
    if name == "by":
        return value
    return value.lower() if _NAME.fullmatch(value) else ""


def _day(value: str, last: bool) -> str:
    """The first or last day of a year, a month or a day, as an ISO date."""
    match = _DATE.fullmatch(value)
    if not match:
        return ""
    year, month, day = int(match[1]), match[2], match[3]
    try:
        if day:
            return date(year, int(month), int(day)).isoformat()
        start = date(year, int(month or 1), 1)
        if not last:
            return start.isoformat()
        end_month = int(month or 12)
        after = date(year + end_month // 12, end_month % 12 + 1, 1)
        return date.fromordinal(after.toordinal() - 1).isoformat()
    except ValueError:
        return ""
