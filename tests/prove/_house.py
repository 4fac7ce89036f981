"""Breaks of the house itself: who imports whom, what files and templates may hold."""

from tests.prove._break import Break

HOUSE = "tests/architecture/test_house_rules.py"
TEMPLATES = "tests/architecture/test_templates.py"

BREAKS = [
    Break(
        "routes import models",
        "wg_portal/search/routes.py",
        "from wg_portal.search import queries\n",
        "from wg_portal.search import queries\nfrom wg_portal.search.models import Posting\n",
        HOUSE,
        "routes_touch",
    ),
    Break(
        "an import points down",
        "wg_portal/audiences/queries.py",
        "from wg_portal.core import clock\n",
        "from wg_portal.core import clock\nfrom wg_portal.search import queries as down\n",
        HOUSE,
        "point_up",
    ),
    Break(
        "an import points down inside a function",
        "wg_portal/accounts/letters.py",
        "def join_address(token):\n",
        "def join_address(token):\n    from wg_portal.audiences import queries as down\n\n",
        HOUSE,
        "point_up",
    ),
    Break(
        "a room imports a later one",
        "wg_portal/search/queries.py",
        "from wg_portal.search.analyzer import snippet\n",
        "from wg_portal.search import actions\nfrom wg_portal.search.analyzer import snippet\n",
        HOUSE,
        "rooms_before",
    ),
    Break(
        "a private room is entered",
        "wg_portal/search/routes.py",
        "from wg_portal.search import queries\n",
        "from wg_portal.search import queries\nfrom wg_portal.laws import forms\n",
        HOUSE,
        "open_rooms",
    ),
    Break("a file grows too long", "wg_portal/search/routes.py", "", "\n# more" * 300, HOUSE, "stay_short"),
    Break(
        "a module does not say what it is for",
        "wg_portal/core/clock.py",
        '"""What time it is. Deadlines, holds and audiences ask here, always in UTC, so that tests can travel."""',
        "",
        HOUSE,
        "opens_with",
    ),
    Break(
        "a path of a machine is written down",
        "wg_portal/core/clock.py",
        "",
        "\n# see /" + "home/somebody/notes\n",
        HOUSE,
        "no_registry",
    ),
    Break(
        "a form without its keys",
        "templates/parts/frame.html",
        "data-quick-exit>{{ form_keys() }}",
        "data-quick-exit>",
        TEMPLATES,
        "keys",
    ),
    Break(
        "an inline handler",
        "templates/search/results.html",
        '<form class="mt4 ',
        '<form onsubmit="go()" class="mt4 ',
        TEMPLATES,
        "inline",
    ),
    Break(
        "an inline style",
        "templates/search/results.html",
        '<form class="mt4 ',
        '<form style="color:red" class="mt4 ',
        TEMPLATES,
        "inline",
    ),
]
