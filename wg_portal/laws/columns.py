"""The columns of the two files, and what each may hold. Fills `values` of the rows, or says what is wrong with them.

A column that a file does not have is left as it is in the record; an empty cell empties it.
"""

import hashlib
import json
import re
import unicodedata
from urllib.parse import urlsplit

from flask_babel import gettext as _

from wg_portal.core.text import clean_line
from wg_portal.laws import importing, partial
from wg_portal.laws.vocabulary import (
    BARRIERS,
    CONFIDENCES,
    EFFECTS,
    NORM_KINDS,
    PRINCIPLES,
    STAGE_ALIASES,
    STAGES,
    country_codes,
    country_names_in_english,
    language_of,
)

LAW_REQUIRED = ("iso_alpha2", "title_en", "identifier", "year", "stage", "stage_date", "source_name")
LAW_COLUMNS = (
    *LAW_REQUIRED, "country", "subdivision", "title_original", "effect", "barriers", "principles", "summary_en",
    "source_url", "confidence", "next_step", "next_date",
)  # fmt: skip
NORM_REQUIRED = ("id", "instrument", "article", "title", "year", "kind")
NORM_COLUMNS = (*NORM_REQUIRED, "body", "principles", "note", "url", "confidence", "basis")
NORM_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")

SUMMARY = 5_000
SEPARATORS = re.compile(r"[;|,]")


def read_laws(text):
    """A Table whose good rows have `values` ready for laws.actions.import_laws."""
    table = importing.read(text, LAW_REQUIRED, LAW_COLUMNS)
    for row in table.rows:
        read_law(row)
    refuse_twice(table, identity)
    refuse_doubtful(table)
    return table


def read_norms(text):
    """A Table whose good rows have `values` ready for laws.actions.import_norms."""
    table = importing.read(text, NORM_REQUIRED, NORM_COLUMNS)
    for row in table.rows:
        read_norm(row)
    refuse_twice(table, lambda values: values["code"])
    return table


class Cells:
    """Reads the cells of one row; what is wrong is said on the row, in the words of its columns."""

    def __init__(self, row):
        self.row = row

    def has(self, column):
        return column in self.row.cells

    def text(self, column):
        value = self.row.cells.get(column, "")
        return "; ".join(value) if isinstance(value, list) else value or ""

    def wrong(self, message):
        self.row.errors.append(message)

    def line(self, column, longest, needed=False):
        text = clean_line(self.text(column))
        if needed and not text:
            self.wrong(_("“%(column)s” is empty.", column=column))
        if len(text) > longest:
            self.wrong(_("“%(column)s” is longer than %(number)d characters.", column=column, number=longest))
            return ""
        return text

    def block(self, column, longest):
        text = self.text(column)
        if len(text) > longest:
            self.wrong(_("“%(column)s” is longer than %(number)d characters.", column=column, number=longest))
            return ""
        return text

    def one_of(self, column, words, aliases=None, default=None):
        code = coded(self.text(column))
        code = (aliases or {}).get(code, code)
        if not code and default is not None:
            return default
        if code not in words:
            self.wrong(
                _(
                    "“%(column)s” says “%(value)s”. It may be: %(codes)s.",
                    column=column,
                    value=self.text(column)[:60],
                    codes=_(", ").join(words),
                )
            )
        return code

    def some_of(self, column, words):
        value = self.row.cells.get(column, "")
        parts = value if isinstance(value, list) else SEPARATORS.split(value or "")
        codes = [coded(part) for part in parts if part.strip()]
        for code in codes:
            if code not in words:
                self.wrong(
                    _(
                        "“%(column)s” says “%(value)s”. It may be: %(codes)s.",
                        column=column,
                        value=code[:60],
                        codes=_(", ").join(words),
                    )
                )
        return [code for code in words if code in codes]

    def year(self, column):
        text = self.text(column)
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and partial.EARLIEST <= int(text[:9]) <= partial.LATEST):
            self.wrong(_("“%(column)s” says “%(value)s”, which is not a year.", column=column, value=text[:60]))
            return None
        return int(text)

    def date(self, column):
        try:
            return partial.read(self.text(column))
        except ValueError:
            self.wrong(
                _(
                    "“%(column)s” says “%(value)s”. Write 2019, 2019-08 or 2019-08-24.",
                    column=column,
                    value=self.text(column)[:60],
                )
            )
            return ""

    def address(self, column):
        text = self.line(column, 500)
        if text and not is_web_address(text):
            self.wrong(_("“%(column)s” must be an address that starts with https:// or http://.", column=column))
        return text


def coded(text):
    """'In force' and 'in-force' are in_force."""
    return re.sub(r"[\s-]+", "_", text.strip().casefold())


def is_web_address(text):
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and " " not in text


def read_law(row):
    cells = Cells(row)
    code = cells.text("iso_alpha2").upper()
    if code not in country_codes():
        cells.wrong(_("“%(code)s” is not the two-letter code of a country.", code=code[:20]))
    values = {
        "jurisdiction": code[:2],
        "subdivision": subdivision(cells),
        "title": cells.line("title_en", 200, needed=True),
        "identifier": cells.line("identifier", 200),
        "year": cells.year("year"),
        "stage": cells.one_of("stage", STAGES, STAGE_ALIASES),
        "stage_on": cells.date("stage_date"),
        "source_name": cells.line("source_name", 200),
    }
    if cells.has("title_original"):
        values["title_original"] = cells.line("title_original", 500)
        values["language_original"] = language_of(values["title_original"], code)
    readers = {
        "effect": lambda: cells.one_of("effect", EFFECTS, default="restrictive"),
        "barriers": lambda: cells.some_of("barriers", BARRIERS),
        "principles": lambda: cells.some_of("principles", PRINCIPLES),
        "source_url": lambda: cells.address("source_url"),
        "confidence": lambda: cells.one_of("confidence", CONFIDENCES, default=""),
        "next_step": lambda: cells.line("next_step", 200),
    }
    values |= {name: reader() for name, reader in readers.items() if cells.has(name)}
    if cells.has("summary_en"):
        values["summary"] = cells.block("summary_en", SUMMARY)
    if cells.has("next_date"):
        values["next_on"] = cells.date("next_date")
    row.values = values
    row.key = values["identifier"] or values["title"]


def subdivision(cells):
    """The part of a state that made the law: its own column, or the words in brackets after the country."""
    if cells.has("subdivision"):
        return cells.line("subdivision", 100)
    match = re.fullmatch(r"[^()]+\(([^()]+)\)", cells.line("country", 200))
    part = match.group(1).strip() if match else ""
    # "Hong Kong (China)" names a state in brackets, "Bosnia and Herzegovina (Republika Srpska)" a part of one.
    return "" if part.casefold() in country_names_in_english() else part[:100]


def read_norm(row):
    cells = Cells(row)
    code = cells.text("id")
    if not NORM_CODE.fullmatch(code):
        cells.wrong(_("“id” must be small letters, digits and hyphens, such as iccpr-22."))
    row.values = {
        "code": code[:40],
        "instrument": cells.line("instrument", 200, needed=True),
        "article": cells.line("article", 60),
        "title": cells.line("title", 200),
        "year": cells.year("year"),
        "kind": cells.one_of("kind", NORM_KINDS),
        "position": row.number,
    }
    readers = {
        "body": lambda: cells.line("body", 60),
        "principles": lambda: cells.some_of("principles", PRINCIPLES),
        "note": lambda: cells.block("note", SUMMARY),
        "url": lambda: cells.address("url"),
        "confidence": lambda: cells.one_of("confidence", CONFIDENCES, default=""),
        "basis": lambda: cells.line("basis", 100),
    }
    row.values |= {name: reader() for name, reader in readers.items() if cells.has(name)}
    row.key = code


def folded(text):
    """For comparing names: case, accents' spelling, spaces and punctuation do not make another law."""
    text = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(re.sub(r"[^\w]+", " ", text).split())


def place(values):
    return f"{values['jurisdiction']}/{folded(values['subdivision'])}"


def identity(values):
    """What a law is known by: its jurisdiction and identifier, else its title and year."""
    if folded(values["identifier"]):
        return hashed(place(values), "identifier", folded(values["identifier"]))
    return title_identity(values)


def title_identity(values):
    return hashed(place(values), "title", folded(values["title"]), values["year"])


def hashed(*parts):
    return hashlib.sha256(json.dumps(parts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def row_hash(values):
    """The same row twice has the same hash, in whatever order its columns stand."""
    return hashed(values)


def refuse_twice(table, key_of):
    """The same record twice in a file: neither is taken before somebody says which is right."""
    first: dict = {}
    for row in table.rows:
        key = key_of(row.values) if row.values else None
        if key and key in first:
            row.errors.append(_("It is the same record as row %(number)d.", number=first[key].number))
        elif key:
            first[key] = row


def refuse_doubtful(table):
    """A row without an identifier that has the title and year of a row with one may mean the same law."""
    named = {title_identity(row.values): row for row in table.rows if row.values and folded(row.values["identifier"])}
    for row in table.rows:
        if row.values and not folded(row.values["identifier"]):
            other = named.get(title_identity(row.values))
            if other:
                row.errors.append(_("It is the same record as row %(number)d.", number=other.number))
