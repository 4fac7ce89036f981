"""The six languages of the group: which one a reader gets, and how each names and orders countries.

Names come from CLDR, except where the United Nations' short name differs: those stand in country_names.csv,
with a line for each member and observer state and Hong Kong. An empty cell there means that CLDR is right.
"""

import csv
import re
import unicodedata
from functools import cache
from pathlib import Path

from babel import Locale

LANGUAGES = {
    "ar": "العربية",
    "zh": "中文",
    "en": "English",
    "fr": "Français",
    "ru": "Русский",
    "es": "Español",
}
"""The codes in the order of the United Nations, each with its own name for itself."""

SOURCE = "en"
"""The language the sentences in the code are written in, and the last resort of every choice."""

_GETTEXT = {"zh": "zh_Hans"}
_PUNCTUATION = re.compile(r"[^\w\s~]|_")
_ARABIC_ARTICLE = re.compile(r"\bال(?=\w{2})")
_ARABIC_ALIKE = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ـ": None})


def locale_name(code):
    """What gettext and CLDR call the language: 'zh_Hans' for Chinese, else the code itself."""
    return _GETTEXT.get(code, code)


@cache
def locale(code):
    """Babel's Locale of one of the six codes. KeyError for another code."""
    if code not in LANGUAGES:
        raise KeyError(code)
    return Locale.parse(locale_name(code))


def direction(code):
    """'rtl' or 'ltr': what a page or a text in this language says in `dir`."""
    return "rtl" if code == "ar" else "ltr"


def choose(accept_language, remembered=None):
    """The reader's language: the remembered one, else the best of an Accept-Language header, else English.

    'zh-TW' is Chinese and 'fr-CA' French. What a browser refuses (q=0) or mangles is passed over.
    """
    if remembered in LANGUAGES:
        return remembered
    wishes = []
    for place, part in enumerate((accept_language or "").split(",")[:50]):
        tag, _, weight = part.partition(";")
        code = re.split(r"[-_]", tag.strip().lower())[0]
        if code in LANGUAGES:
            wishes.append((-_weight(weight), place, code))
    wishes = [wish for wish in wishes if wish[0] < 0]
    return min(wishes)[2] if wishes else SOURCE


def _weight(text):
    match = re.fullmatch(r"\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*", text)
    if match:
        return float(match[1])
    return 0.0 if text.strip() else 1.0


@cache
def language_name(code, language):
    """The name of the language `code` in `language`: 'Russian', 'russe'. An unknown code is its own name."""
    return locale(language).languages.get(code) or code


@cache
def country_name(code, language):
    """The name of a country (ISO 3166, two letters) in one of the six. An unknown code is its own name."""
    code = code.upper()
    row = _table().get(code)
    return (row[language] if row else "") or locale(language).territories.get(code) or code


@cache
def countries(language):
    """(code, name) of each country of the table, in the alphabetical order of the language."""
    named = [(code, country_name(code, language)) for code in _table()]
    return tuple(sorted(named, key=lambda pair: _country_key(pair[0], pair[1], language)))


def order_countries(codes, language):
    """The codes in the order of their names in the language: signatories, delegations, facets."""
    return sorted(codes, key=lambda code: _country_key(code, country_name(code, language), language))


def _country_key(code, name, language):
    row = _table().get(code.upper())
    if language == "zh" and row:
        # Syllable by syllable, and the tone only between equal syllables, as in a Chinese dictionary.
        return (0, [(syllable[:-1], syllable[-1]) for syllable in row["pinyin"].split()], name)
    return (1, sort_key(name, language), name)


def sort_key(text, language):
    """A key that puts titles and names in the order readers of the language expect.

    Accents are folded (ñ is a letter of its own in Spanish), ё is е, the Arabic article does not count.
    Chinese goes by its GB code, in which the 3,755 commonest characters stand in the order of pinyin.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    if language == "zh":
        return folded.encode("gb18030", "replace")
    if language == "ru":
        folded = folded.replace("ё", "е")  # й must stay whole: folding accents would make it и
    elif language == "ar":
        folded = _ARABIC_ARTICLE.sub("", _unmarked(folded, composed=True)).translate(_ARABIC_ALIKE)
    else:
        if language == "es":
            folded = folded.replace("ñ", "n~")  # a tilde sorts after z, so ñ follows every n
        folded = _unmarked(folded).replace("œ", "oe").replace("æ", "ae")
    folded = re.sub(r"['’]", "", folded)
    return " ".join(_PUNCTUATION.sub(" ", folded).split()).encode()


def _unmarked(text, composed=False):
    """Without combining marks; `composed` keeps marks that belong to the letter, as the hamza of أ does."""
    whole = unicodedata.normalize("NFC", text) if composed else unicodedata.normalize("NFD", text)
    return "".join(sign for sign in whole if unicodedata.category(sign) != "Mn")


@cache
def _table():
    path = Path(__file__).with_name("country_names.csv")
    with path.open(encoding="utf-8", newline="") as file:
        return {row["code"]: row for row in csv.DictReader(file)}
