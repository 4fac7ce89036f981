"""The house rules, as tests. Each failure says what to do instead."""

import ast
import re
import subprocess

import pytest

from tests.architecture.house import (
    FEATURES,
    HILL,
    MODULES,
    OPEN_ROOMS,
    ROOMS,
    ROOT,
    TOP,
    feature,
    imports,
    names,
    room,
    source,
    strings,
    tree,
)


def each(paths):
    return pytest.mark.parametrize("path", paths, ids=str)


@each(FEATURES)
def test_between_features_imports_point_up_the_hill(path):
    here = HILL.index(feature(path))
    for other, _ in imports(path):
        assert other not in TOP, f"{path} imports {other}, which wires the house"
        assert HILL.index(other) <= here, (
            f"{path} may not import {other}: let it listen to the journal, or ask core/links"
        )


@each(FEATURES)
def test_other_features_are_entered_by_their_open_rooms_only(path):
    for other, module in imports(path):
        if other in (feature(path), "core") or (module and room(path) == "commands"):
            continue
        private = module in set(ROOMS) - OPEN_ROOMS
        # The chooser is part of every form that publishes: accounts and audiences lend their forms on purpose.
        lent = (other, module) in {("audiences", "forms"), ("accounts", "forms")}
        assert not private or lent, f"{path}: {other}/{module}.py is private to {other}"


@each(FEATURES)
def test_inside_a_feature_a_room_imports_only_rooms_before_it(path):
    here = room(path)
    if here not in ROOMS or feature(path) == "core":
        return
    for other, module in imports(path):
        if other == feature(path) and module in ROOMS and module != here:
            assert ROOMS.index(module) < ROOMS.index(here), f"{path} may not import its {module}"


@each(FEATURES)
def test_imports_say_the_whole_way(path):
    assert "relative" not in {module for _, module in imports(path)}


@each(MODULES)
def test_no_room_is_called_by_what_it_is_not(path):
    assert not {"utils", "helpers", "services", "managers", "common", "misc"} & set(path.with_suffix("").parts)


ROUTES = [path for path in FEATURES if room(path).endswith("routes") or path.stem.endswith("routes")]


@each(ROUTES)
def test_routes_touch_neither_models_nor_the_session(path):
    assert not {module for _, module in imports(path)} & {"models", "database"}, f"{path}: ask a query, or act"
    assert not {"db", "select", "Session", "db.session", "sqlalchemy"} & names(path), f"{path}: ask a query, or act"


# Each of these can reach rows without passing core/visibility.py.
WAYS_ROUND = {
    "text",
    "aliased",
    "unguarded",
    "session.get",
    "session.query",
    "session.connection",
    "session.bind",
    "session.get_bind",
    "db.engine",
    "db.engines",
    "create_engine",
    "exec_driver_sql",
    "connection.exec_driver_sql",
    "connection.execute",
}

# Where the system reads on its own behalf. Each was looked at; what it returns reaches no member without the door.
REVIEWED = {
    "wg_portal/accounts": {"session.get"},  # Member, Organisation, Setting: models that are open
    "wg_portal/audiences": {"session.get", "unguarded"},  # works out who is inside, and keeps its promises
    "wg_portal/search/actions.py": {"unguarded"},  # indexes what was just written
    "wg_portal/search/listeners.py": {"unguarded"},  # indexes what hangs on a changed audience
    "wg_portal/__init__.py": {"db.engine"},  # sets the alarm on it
    "wg_portal/serve.py": {"text", "unguarded", "db.engine"},  # is the database there?
}


def reviewed(path):
    allowed = {way for place, ways in REVIEWED.items() if str(path).startswith(place) for way in ways}
    if room(path) == "listeners" or path.stem.endswith("listeners"):
        # They keep rows for everybody, on nobody's behalf.
        allowed |= {"unguarded", "session.get"}
    return allowed


@each([path for path in MODULES if "core" not in path.parts and path.parts[0] == "wg_portal"])
def test_no_way_round_the_door(path):
    found = (WAYS_ROUND & database_names(path)) - reviewed(path)
    assert not found, f"{path}: read through readable(), or have the reason reviewed and listed here"


def database_names(path):
    """names(), where `text` counts only when it is SQLAlchemy's."""
    found = names(path)
    for node in ast.walk(tree(path)):
        of_sqlalchemy = isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy")
        if of_sqlalchemy and "text" in {alias.name for alias in node.names}:
            return found
    return found - {"text"}


@each(FEATURES)
def test_what_is_read_past_the_door_says_why(path):
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "unguarded":
            reasons = [word.value for word in node.keywords if word.arg == "because"]
            told = (
                strings(path).get(getattr(reasons[0], "id", ""), "") or getattr(reasons[0], "value", "")
                if reasons
                else ""
            )
            assert len(told) > 10, f"{path}:{node.lineno} gives no reason"


WRITTEN = subprocess.run(
    ["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True
).stdout.split("\n")
TEXTS = sorted({path for path in WRITTEN if re.search(r"\.(py|js|mjs|css|html)$", path) and (ROOT / path).exists()})


@pytest.mark.parametrize("path", [path for path in TEXTS if not path.startswith("migrations/")])
def test_files_stay_short(path):
    lines = len((ROOT / path).read_text().splitlines())
    assert lines <= 300, f"{path} has {lines} lines: make it a folder of the same name"


@each(MODULES)
def test_every_module_opens_with_what_it_is_for(path):
    told = ast.get_docstring(tree(path))
    if not source(path).strip():
        return  # an empty __init__.py is no module to read
    assert told, f"{path} does not say what it is for"
    assert len(told) > 20 and "interim" not in told.lower(), f"{path} says too little"


@each([path for path in FEATURES if room(path) == "queries"])
def test_queries_change_nothing(path):
    writing = {"session.add", "session.add_all", "session.delete", "session.commit", "session.flush", "journal.record"}
    assert not writing & names(path), f"{path}: a change is an action"


@each([path for path in MODULES if path.parts[0] == "wg_portal"])
def test_only_the_transaction_commits(path):
    # Outside of a request nobody else ends a plain read: live/ and commands do it themselves, and write nothing.
    if path.parts[1] in ("core", "live") or path.stem in {*TOP, "commands", "story"}:
        return
    assert not {"session.commit", "session.begin"} & names(path), f"{path}: use @transactional"


# What would tell on which machine, or from where, this was made.
TELLTALES = [
    r"(?<![\w.])/(?:work|root|home|Users)/\w",
    r"pypi\.org",
    r"files\.pythonhosted",
    r"registry\.npmjs",
    r"npmmirror",
    r"index-url\s*=",
    r"--extra-index-url",
    r"localhost:\d{5}",
]
LISTING = {"tests/architecture/test_house_rules.py"}


def test_no_registry_and_no_path_of_a_machine_stands_in_the_repository():
    found = []
    for path in filter(None, WRITTEN):
        if path in LISTING or not (ROOT / path).is_file():
            continue
        try:
            text = (ROOT / path).read_text()
        except UnicodeDecodeError:
            continue
        found += [f"{path}: {match[0]}" for sign in TELLTALES for match in re.finditer(sign, text)]
    assert found == []
