"""From text to the terms every index holds: one analyzer for six languages and both databases.

A word becomes several terms (as written, and by its stem), and a query word is found when any of its
alternatives is. What is indexed and what is asked go through the same few functions, or they part.
"""

import re
import threading
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

import snowballstemmer
from markupsafe import Markup, escape

from wg_portal.core.text import HAN, MARKS
from wg_portal.search import arabic

LONGEST = 100_000  # characters of a text that are indexed
WORDS = 16  # words of a query; more are ignored
_TERM = 48  # characters of a term: a key of an index has a limit

Terms = tuple[str, ...]

_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
_APOSTROPHES = "'’ʼ＇"
# The marks stand apart because `\w` leaves them out; a word with a soft hyphen or a joiner is one word.
_LETTER = rf"(?:(?![{HAN}])[^\W_]|[{MARKS}\u00ad\u200c\u200d])"
_WORD = re.compile(rf"[{HAN}]+|{_LETTER}+(?:[{_APOSTROPHES}]{_LETTER}+)*")
_IS_HAN = re.compile(f"[{HAN}]")
_IS_CYRILLIC = re.compile("[\u0400-\u052f]")
_IS_ARABIC = re.compile("[\u0600-\u06ff\u0750-\u077f]")
# Before an apostrophe in French (l'été, aujourd'hui is one word), after it in English (child's).
_ELIDED = {"l", "d", "j", "m", "t", "s", "c", "n", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu"}
_ENDINGS = {"s", "t", "re", "ve", "ll", "d", "m"}
_STEMS: dict[str, Callable[[str], str]] = {
    code: snowballstemmer.stemmer(name).stemWord
    for code, name in {"en": "english", "fr": "french", "es": "spanish", "ru": "russian"}.items()
}
_LATIN = ("en", "fr", "es")
_STEMMING = threading.Lock()


def index_terms(text: str, language: str) -> Counter[str]:
    """How often each term stands in a text; `language` is a code such as "fr", others read as English."""
    return Counter(term for _, _, terms in _tokens(text[:LONGEST], language) for term in terms)


def query_words(text: str, language: str) -> list[Terms]:
    """The words asked for, each as its alternatives: a text is found when it holds one of every word.

    A member writing in one language finds texts in the others, so a Latin word is stemmed in each.
    """
    words: dict[Terms, None] = {}
    for match in _WORD.finditer(text):
        if len(words) >= WORDS:
            break
        if not _IS_HAN.match(match[0]):
            words[_forms(match[0], language, asked=True)] = None
        else:
            for terms in _asked_han(unicodedata.normalize("NFKC", match[0])):
                words[terms] = None
    words.pop((), None)
    return list(words)[:WORDS]


def normal(text: str) -> str:
    """A text's words folded but not stemmed, between spaces: what a quoted phrase is looked for in."""
    words: list[str] = []
    for match in _WORD.finditer(text[:LONGEST]):
        if _IS_HAN.match(match[0]):
            words += unicodedata.normalize("NFKC", match[0])
        else:
            words += filter(None, map(fold, re.split(f"[{_APOSTROPHES}]", match[0])))
    return f" {' '.join(words)} "


def snippet(text: str, language: str, words: Iterable[Terms], width: int = 160) -> Markup:
    """About `width` characters of `text` around where most of `words` are, these in `<mark>`; safe HTML."""
    text = text[:LONGEST]
    wanted = {term for alternatives in words for term in alternatives}
    hits = [(start, end) for start, end, terms in _tokens(text, language) if not wanted.isdisjoint(terms)]
    start = _window(text, [hit[0] for hit in hits], width)
    end = min(start + width, len(text))
    if end < len(text):
        space = text.rfind(" ", max(start, end - 20), end)
        end = space if space > start else end
    pieces = ["… "] if start else []
    place, marked = start, False
    for first, last in hits[bisect_left(hits, (start, 0)) :]:
        if first >= end:
            break
        if first > place or not marked:
            pieces += ["</mark>"] if marked else []
            pieces += [str(escape(text[place:first])), "<mark>"]
            marked = True
        last = min(last, end)
        pieces.append(str(escape(text[max(first, place) : last])))
        place = max(last, place)
    pieces += ["</mark>"] if marked else []
    pieces.append(str(escape(text[place:end])))
    return Markup("".join(pieces) + (" …" if end < len(text) else ""))


def _window(text: str, hits: list[int], width: int) -> int:
    """Where to start so that the most hits are in sight, a little before the first of them."""
    best, most, last = 0, 0, 0
    for place, hit in enumerate(hits):
        last = max(last, place)
        while last < len(hits) and hits[last] < hit + width * 3 // 4:
            last += 1
        if last - place > most:
            best, most = hit, last - place
    start = min(max(best - width // 4, 0), max(len(text) - width, 0))
    if not start:
        return 0
    space = text.find(" ", start, min(start + 20, best))
    return space + 1 if space >= 0 else start


def _tokens(text: str, language: str) -> Iterator[tuple[int, int, Terms]]:
    """Start, end and index terms of each word, and of each Chinese character with the one after it."""
    for match in _WORD.finditer(text):
        word, start = match[0], match.start()
        if not _IS_HAN.match(word):
            if terms := _forms(word, language):
                yield start, match.end(), terms
            continue
        plain = [unicodedata.normalize("NFKC", character) for character in word]
        for place, character in enumerate(plain):
            pair = "".join(plain[place : place + 2])
            terms = (character, pair) if place + 1 < len(plain) else (character,)
            yield start + place, start + min(place + 2, len(word)), terms


def _asked_han(word: str) -> Iterator[Terms]:
    if len(word) == 1:
        yield (word,)
    for place in range(len(word) - 1):
        yield (word[place : place + 2],)


def fold(word: str) -> str:
    """A word without case, accents, vowel marks, width and the variants of its letters and digits."""
    word = unicodedata.normalize("NFKC", word[:_TERM]).casefold().translate(_DIGITS)
    if _IS_ARABIC.search(word):
        word = arabic.fold(word)
    elif _IS_CYRILLIC.search(word):
        # Stress marks go, but й is a letter of its own and the stemmer's endings need it.
        word = unicodedata.normalize("NFC", word.replace("\u0301", "").replace("\u0300", "")).replace("ё", "е")
    else:
        letters = (c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
        word = unicodedata.normalize("NFC", "".join(letters))
    return "".join(c for c in word if c.isalnum() or unicodedata.category(c)[0] == "M")[:_TERM]


def _parts(word: str) -> list[str]:
    """The words an apostrophe joins, without elided articles and English endings."""
    parts = [part for part in re.split(f"[{_APOSTROPHES}]", word.casefold()) if part]
    if len(parts) > 1 and parts[-1] in _ENDINGS:
        parts.pop()
    while len(parts) > 1 and parts[0] in _ELIDED:
        parts.pop(0)
    return parts


@lru_cache(50_000)
def _forms(word: str, language: str, asked: bool = False) -> Terms:
    """Every term of one word, the word itself first."""
    terms: dict[str, None] = {}
    parts = _parts(word[: 2 * _TERM])
    if len(parts) > 1:  # O'Brien is found as o'brien and obrien, and in a text by its brien too
        parts = ["".join(parts), *([] if asked else parts)]
    for part in parts:
        folded = fold(part)
        terms[folded] = None
        for stem in _stems(part, folded, language, asked):
            terms[stem[:_TERM]] = None
    terms.pop("", None)
    return tuple(terms)


def _stem(code: str, word: str) -> str:
    """A stemmer works on a word that it keeps in itself: two requests at once would get each other's, and keep them."""
    with _STEMMING:
        return _STEMS[code](word)


def _stems(part: str, folded: str, language: str, asked: bool) -> Iterator[str]:
    if not folded or folded.isdigit():
        return
    if _IS_ARABIC.match(folded):
        yield from arabic.stems(folded, asked)
    elif _IS_CYRILLIC.match(folded):
        yield _stem("ru", folded)
    else:
        own = language if language in _LATIN else "en"
        accented = unicodedata.normalize("NFKC", part[:_TERM])
        for code in _LATIN if asked else (own,):
            # With its accents, for the stemmer needs them; and without, for readers type without.
            yield fold(_stem(code, accented))
            yield _stem(code, folded)
