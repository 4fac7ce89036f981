"""The door: the only way to read guarded rows.

A guarded model has one rule, `can_read(member, row)`, told once. The same sentence answers

    readable(Post)          the posts that the viewer may read, an entity to select from
    readers(post, Member)   the members who may read this post
    is_readable(post, m)    may this member read this post?

`readable` is built once per model and holds the rule in a subquery, so that every occurrence of the table in a
statement (a second one for a self-join is `readable(Post, 2)`) carries it. Who is looking is a required parameter:
a statement executed without `seen_by(viewer)` fails; it cannot read too much. Any other mention of a guarded table
(plain, aliased, in a scalar subquery, a union half, a CTE, a text, a written statement's source) stops at the alarm.
The alarm judges a statement when it is first compiled and remembers.
"""

import threading
from types import SimpleNamespace

from sqlalchemy import Integer, Table, bindparam, event, inspect, select
from sqlalchemy.orm import Mapper, Session, aliased
from sqlalchemy.sql.expression import Insert, Subquery, TextClause, UpdateBase

from wg_portal.core import clock
from wg_portal.core.database import Instant

RULES: dict = {}
_doors: dict = {}  # (model, occurrence) -> the door
_building = threading.RLock()
VIEWER = SimpleNamespace(id=bindparam("viewer_id", type_=Integer, required=True))
NOW = bindparam("now", type_=Instant, required=True)


class UnguardedRead(RuntimeError):
    """A statement reached guarded rows without going through the door."""


class Door(Subquery):
    """Rows that were let in. The alarm does not look inside."""

    inherit_cache = True


def guards(model):
    """Register the decorated function as the model's reading rule.

    A rule is SQL on columns and Python on values at once: it uses only ==, !=, and_, or_, exists and `is_in`.
    No exists stands inside another: the inner one would not reach the member outside, and would hold for anybody.
    """

    def register(rule):
        RULES[model] = rule
        return rule

    return register


def is_guarded(row):
    return type(row) in RULES


def readable(model, occurrence=1):
    """The rows of a model that the viewer may read: one door a model and occurrence, in the whole process."""
    door = _doors.get((model, occurrence))
    if door is None:
        with _building:
            door = _doors.get((model, occurrence)) or build_door(model)
            _doors[model, occurrence] = door
    return door


def build_door(model):
    """Every column is looked up here, before anybody else has the door. SQLAlchemy finds columns by an index that it
    fills when first asked, without a lock: two requests that ask at once find some missing, take the bare table's in
    their stead, and keep them. Then the alarm refuses every page that uses this door, until the next start.
    """
    rows = select(model.__table__).where(RULES[model](VIEWER, model.__table__.c))
    door = aliased(model, Door._construct(rows, name=None))
    for attribute in inspect(model).column_attrs:
        getattr(door, attribute.key).__clause_element__()
    return door


def seen_by(viewer, **parameters):
    """The parameters of a statement that reads through the door: who is looking, and when."""
    return {"viewer_id": viewer.id, "now": clock.now(), **parameters}


def readers(row, member_model):
    """Members who may read this row. Execute with `at_this_time()`."""
    told = select(member_model).where(RULES[type(row)](member_model.__table__.c, row))
    return told.execution_options(unguarded="this is the rule itself, asked from its other side")


def at_this_time():
    return {"now": clock.now()}


def is_readable(row, viewer):
    rows = readable(type(row))
    return Session.object_session(row).scalar(select(rows.id).where(rows.id == row.id), seen_by(viewer)) is not None


def unguarded(statement, *, because):
    """Read on the system's own behalf. The reason is for the reviewer."""
    assert because
    return statement.execution_options(unguarded=because)


def watch(engine):
    """Set the alarm on every statement that this engine sends."""
    event.listen(engine, "before_cursor_execute", sound)


def sound(connection, cursor, sql, parameters, context, many):
    compiled = getattr(context, "compiled", None)
    if compiled is None or context.execution_options.get("unguarded"):
        return
    verdict = compiled.__dict__.get("outside_the_door", "unknown")
    if verdict == "unknown":
        verdict = compiled.__dict__["outside_the_door"] = outside_the_door(compiled.statement)
    if verdict:
        raise UnguardedRead(f"{verdict} was read without readable()")


def outside_the_door(statement):
    """The name of a guarded table that the statement mentions anywhere but behind the door."""
    guarded = {model.__table__ for model in RULES}
    parts = [statement]
    while parts:
        part = parts.pop()
        if part is None or isinstance(part, Door):
            continue
        if isinstance(part, Table) and part in guarded:
            return part.name
        if isinstance(part, TextClause):
            named = [table.name for table in guarded if table.name in part.text.lower()]
            if named:
                return named[0]
        children = list(part.get_children())
        if isinstance(part, UpdateBase):
            # What is written is the action's business; what is read in order to write it is ours.
            children = [child for child in children if child is not part.table]
            if hands_back(part) and part.table in guarded:
                return part.table.name
        parts.extend(children)
    return None


def hands_back(written):
    """An update or delete that returns more than keys reads what it wrote over.

    A column declared with info={"counter": True} may be returned by the write that advances it: it numbers, it tells nothing.
    """
    returned = () if isinstance(written, Insert) else getattr(written, "_returning", None) or ()
    return any(
        not (getattr(column, "primary_key", False) or getattr(column, "info", {}).get("counter")) for column in returned
    )


@event.listens_for(Session, "do_orm_execute")
def refreshing_is_not_reading(state):
    if state.is_column_load:
        state.update_execution_options(unguarded="a refresh of a row that was already let in")


@event.listens_for(Mapper, "after_configured")
def refuse_relationships_across_features():
    """A relationship is a query nobody wrote down. Inside a feature it may order inserts, if it never loads."""
    for model in {mapper.class_ for guarded in RULES for mapper in guarded.registry.mappers}:
        for relationship in inspect(model).relationships:
            target = relationship.mapper.class_
            if target in RULES and (relationship.lazy != "raise" or target.__module__ != model.__module__):
                raise UnguardedRead(f"{relationship} leads to a guarded model; write a query instead")
