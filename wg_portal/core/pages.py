"""Keyset pages: the last page costs what the first does, and nothing is counted.

A cursor is the sort key of the row it stands on, signed and bound to its viewer and list: it cannot be forged to read
another list, nor passed on.
"""

from dataclasses import dataclass
from datetime import datetime

from flask import current_app, request, url_for
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import literal, tuple_

from wg_portal.core.database import db
from wg_portal.core.visibility import seen_by

LARGEST = 100


@dataclass
class Page:
    """Rows in the order they are shown, and addresses of the neighbouring pages (None at an end)."""

    rows: list
    older: str | None
    newer: str | None

    def __iter__(self):
        return iter(self.rows)

    def __bool__(self):
        return bool(self.rows)


def page(viewer, statement, keys, *, listing, size=30, parameters=None):
    """Execute `statement` (unordered, through a door) as one page, descending by `keys`.

    keys: columns of the door, ending in a unique one, present in the selected row under their own names.
    listing: a short name of this list and its filters, which the cursor is bound to.
    """
    size = min(size, LARGEST)
    cursor = read_cursor(viewer, listing, request.args.get("page", ""))
    backwards = cursor is not None and cursor[0] == "newer"
    if cursor:
        here = tuple_(*(literal(revive(value), key.type) for key, value in zip(keys, cursor[1:], strict=True)))
        statement = statement.where(tuple_(*keys) > here if backwards else tuple_(*keys) < here)
    order = [key.asc() if backwards else key.desc() for key in keys]
    rows = db.session.execute(statement.order_by(*order).limit(size + 1), seen_by(viewer, **(parameters or {}))).all()
    more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    has_newer = more if backwards else cursor is not None
    has_older = True if backwards else more
    return Page(
        rows,
        older=address(viewer, listing, "older", place(rows[-1], keys)) if rows and has_older else None,
        newer=address(viewer, listing, "newer", place(rows[0], keys)) if rows and has_newer else None,
    )


def place(row, keys):
    return [freeze(getattr(row, key.key)) for key in keys]


def freeze(value):
    return {"at": value.isoformat()} if isinstance(value, datetime) else value


def revive(value):
    return datetime.fromisoformat(value["at"]) if isinstance(value, dict) else value


def serializer(viewer, listing):
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=f"cursor:{viewer.id}:{listing}")


def address(viewer, listing, direction, key):
    arguments = request.args.to_dict(flat=False) | (request.view_args or {})
    arguments["page"] = serializer(viewer, listing).dumps([direction, *key])
    return url_for(request.endpoint, **arguments)


def read_cursor(viewer, listing, text):
    """A cursor that does not fit begins the list anew: old addresses keep working."""
    try:
        return serializer(viewer, listing).loads(text) if text else None
    except BadSignature:
        return None
