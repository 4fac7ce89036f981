"""A file or a pasted text becomes rows, each with its number, or a plain sentence about what is wrong with it.

Nothing is stored here. A row number is the one a spreadsheet shows: the heading is row 1; in JSON the first object is 1.
"""

import csv
import io
import json
from dataclasses import dataclass, field

from flask_babel import gettext as _

from wg_portal.core.text import clean_text

MOST_ROWS = 20_000
LONGEST_CELL = 20_000
FORMULA_SIGNS = "=+-@\t\r"
NO_TEXT = "\ufffd"  # what a program writes where it could not read a letter


@dataclass
class Row:
    """One row as it stands in the file: column -> text, or list of texts."""

    number: int
    cells: dict
    errors: list = field(default_factory=list)
    values: dict = field(default_factory=dict)  # what the record will hold; filled in by laws/columns.py
    key: str = ""  # what it is known by, in words, for messages


@dataclass
class Table:
    """What a file holds. `errors` are about the whole file; with any of them there are no rows."""

    columns: list = field(default_factory=list)
    rows: list = field(default_factory=list)
    errors: list = field(default_factory=list)
    notes: list = field(default_factory=list)  # worth knowing, and no hindrance

    @property
    def good(self):
        return [row for row in self.rows if not row.errors]

    @property
    def bad(self):
        return [row for row in self.rows if row.errors]

    @property
    def is_clean(self):
        return bool(self.rows) and not self.errors and not self.bad


class Unreadable(Exception):
    """The file is no text that can be read; the message says what to do."""


def decode(data):
    """The text of a file. Only UTF-8 is taken, with or without its mark; guessing would store wrong letters."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or looks_like_utf16(data):
        raise Unreadable(_("This file is in UTF-16. Save it as CSV in UTF-8, then choose it again."))
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise Unreadable(_("This is a spreadsheet, not a text file. Save it as CSV in UTF-8, then choose it again."))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as trouble:
        line = data.count(b"\n", 0, trouble.start) + 1
        raise Unreadable(
            _(
                "Line %(number)d is not in UTF-8. Save the file as CSV in UTF-8, then choose it again.",
                number=line,
            )
        ) from None
    if "\x00" in text:
        raise Unreadable(_("This is not a text file. Save it as CSV in UTF-8, then choose it again."))
    return text


def looks_like_utf16(data):
    """UTF-16 without its mark: every other byte of Latin text is zero."""
    head = data[:400]
    return len(head) >= 4 and max(head[0::2].count(0), head[1::2].count(0)) > len(head) // 5


def read(text, required, known):
    """A Table of CSV or JSON text. required, known: names of columns."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        return Table(errors=[_("There is nothing here yet. Choose a file, or paste its text.")])
    table = read_json(text) if text.lstrip()[0] in "[{" else read_csv(text, required)
    if table.errors:
        return table
    missing = [name for name in required if name not in table.columns]
    if missing:
        table.errors.append(_("These columns are missing: %(names)s.", names=_(", ").join(missing)))
    if not table.rows and not missing:
        table.errors.append(_("There are no rows under the heading."))
    if len(table.rows) > MOST_ROWS:
        table.errors.append(_("This is more than %(number)d rows. Divide the file.", number=MOST_ROWS))
    unknown = [name for name in table.columns if name not in known]
    if unknown:
        table.notes.append(_("These columns are not used: %(names)s.", names=_(", ").join(unknown)[:500]))
    if table.errors:
        table.rows = []
    for row in table.rows:
        clean(row, table)
    return table


def read_csv(text, required):
    delimiter = max(",;\t", key=lambda sign: heading_fits(text, sign, required))
    table = Table()
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    try:
        for cells in reader:
            number += 1
            if not any(cell.strip() for cell in cells):
                continue
            if not table.columns:
                table.columns = [cell.strip().casefold() for cell in cells]
                twice = {name for name in table.columns if name and table.columns.count(name) > 1}
                if twice:
                    table.errors.append(
                        _("These columns are there twice: %(names)s.", names=_(", ").join(sorted(twice)))
                    )
                continue
            table.rows.append(Row(number, dict(zip(table.columns, cells, strict=False))))
            if len(cells) != len(table.columns):
                table.rows[-1].errors.append(
                    _(
                        "It has %(count)d cells where the heading has %(columns)d. "
                        "A comma or a quotation mark may be missing.",
                        count=len(cells),
                        columns=len(table.columns),
                    )
                )
    except csv.Error:
        table.errors.append(
            _(
                "Row %(number)d cannot be read: look for a quotation mark that is not closed.",
                number=number + 1,
            )
        )
    return table


def heading_fits(text, sign, required):
    """How many of the required columns the first line names when it is cut at `sign`."""
    first = text.lstrip().split("\n", 1)[0]
    names = {name.strip().strip('"').strip().casefold() for name in first.split(sign)}
    return len(names & set(required))


def read_json(text):
    table = Table()
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as trouble:
        line = getattr(trouble, "lineno", 1)
        table.errors.append(_("This is not valid JSON: look at line %(number)d.", number=line))
        return table
    if isinstance(data, dict):
        lists = [value for value in data.values() if isinstance(value, list)]
        data = lists[0] if len(lists) == 1 else [data]
    columns = {}
    for number, item in enumerate(data, 1):
        row = Row(number, {})
        table.rows.append(row)
        if not isinstance(item, dict):
            row.errors.append(_("It is not an object with names and values."))
            continue
        for name, value in item.items():
            columns[name.strip().casefold()] = True
            row.cells[name.strip().casefold()] = as_cell(name, value, row)
    table.columns = list(columns)
    return table


def as_cell(name, value, row):
    """A JSON value as CSV would have said it: text; a list of texts stays a list."""
    if value is None:
        return ""
    if isinstance(value, bool | dict | float):
        row.errors.append(_("“%(column)s” must be a text, a whole number or a list of texts.", column=name))
        return ""
    if isinstance(value, list):
        if all(isinstance(part, str) for part in value):
            return value
        row.errors.append(_("“%(column)s” must be a text, a whole number or a list of texts.", column=name))
        return ""
    return str(value)


def clean(row, table):
    """Clean the texts of a row, and take away what a spreadsheet would run as a formula when it is exported again."""
    for name, value in row.cells.items():
        parts = value if isinstance(value, list) else [value]
        cleaned = []
        for part in parts:
            if NO_TEXT in part:
                row.errors.append(_("“%(column)s” holds signs that were lost in another encoding.", column=name))
            if len(part) > LONGEST_CELL:
                row.errors.append(_("“%(column)s” is too long.", column=name))
                part = ""
            part = surrogate_free(part, name, row)
            text = clean_text(part).strip()
            harmless = text.lstrip(FORMULA_SIGNS + " ").strip() if text[:1] in FORMULA_SIGNS else text
            if harmless != text:
                table.notes.append(
                    _(
                        "Row %(number)d: the sign before “%(column)s” was taken away, "
                        "since a spreadsheet would run it as a formula.",
                        number=row.number,
                        column=name,
                    )
                )
            cleaned.append(harmless)
        row.cells[name] = cleaned if isinstance(value, list) else cleaned[0]


def surrogate_free(text, name, row):
    """JSON can spell half of a letter (\\ud800), which no database stores."""
    try:
        text.encode()
    except UnicodeEncodeError:
        row.errors.append(_("“%(column)s” holds signs that were lost in another encoding.", column=name))
        return ""
    return text
