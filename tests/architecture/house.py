"""The house as files: its modules, what each imports and names, and the order of the hill."""

import ast
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).parents[2]

# Read from the top: a package imports only what stands before it.
HILL = [
    "core",
    "accounts",
    "audiences",
    "following",
    "procedures",
    "files",
    "discussions",
    "laws",
    "briefs",
    "events",
    "responses",
    "countries",
    "toolkit",
    "search",
    "notifications",
    "live",
    "trends",
    "audit",
    "today",
    "api",
    "demo",
    "cli",
]

# Inside a feature, a room imports only rooms before it.
ROOMS = ["models", "policy", "queries", "actions", "forms", "listeners", "routes"]

# The only rooms that others may look into.
OPEN_ROOMS = {"models", "policy", "queries", "actions"}

# Modules at the top of the package: they wire, serve and command, and see everything.
TOP = {"wiring", "serve", "cli"}

MODULES = sorted(
    path.relative_to(ROOT)
    for path in [*ROOT.glob("*.py"), *ROOT.glob("wg_portal/**/*.py")]
    if "__pycache__" not in path.parts
)
FEATURES = [path for path in MODULES if len(path.parts) > 2]
TEMPLATES = sorted(path.relative_to(ROOT) for path in ROOT.glob("templates/**/*.html"))


@lru_cache(None)
def source(path):
    return (ROOT / path).read_text()


@lru_cache(None)
def tree(path):
    return ast.parse(source(path))


def feature(path):
    """wg_portal/laws/queries/lists.py -> 'laws'."""
    return path.parts[1]


def room(path):
    """wg_portal/laws/queries/lists.py -> 'queries'; a module that is no room keeps its name."""
    return Path(path.parts[2]).stem if len(path.parts) > 2 else path.stem


def imports(path):
    """(feature, module) of every import of ours, wherever in the file it stands. The module may be ''."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom) and node.level:
            yield feature(path), "relative"
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "wg_portal":
            parts = node.module.split(".")[1:]
            for alias in node.names:
                named = [*parts, alias.name]
                yield named[0], named[1] if len(named) > 1 else ""
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.startswith("wg_portal."):
                    yield tuple((*alias.name.split(".")[1:], "")[:2])


def names(path):
    """Bare names, imported names, and `owner.x` for what is asked of something: {'session.get', 'text', …}.

    What is asked of the cookie (flask's session) is `flask.session.get`.
    """
    found = set()
    cookie = flask_names(path)
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom | ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Attribute):
            owner = getattr(node.value, "attr", getattr(node.value, "id", ""))
            of_flask = isinstance(node.value, ast.Name) and owner in cookie
            found.add(f"flask.{owner}.{node.attr}" if of_flask else f"{owner}.{node.attr}")
    return found


def flask_names(path):
    """What a module imports from flask."""
    asked = [node for node in ast.walk(tree(path)) if isinstance(node, ast.ImportFrom) and node.module == "flask"]
    return {alias.asname or alias.name for node in asked for alias in node.names}


def strings(path):
    """name -> value, of what a module or its functions name and is a plain string."""
    return {
        node.targets[0].id: node.value.value
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    }
