"""How every GET address is filled in. An address of the portal without a line here fails (test_every_address_has_a_line).

A line yields paths. `records` asks for every public id of a kind, of whichever audience, and for one that never was.
"""

from urllib.parse import urlencode


def plain(*queries):
    """The page, and the page narrowed by each query."""
    return lambda rule, stage: [rule.rule, *(f"{rule.rule}?{query}" for query in queries)]


def records(kind, *queries, **more):
    """Every record of a kind, and one that is missing. more: other arguments of the address, with their values."""

    def fill(rule, stage):
        for public_id in [*stage.ids[kind], stage.missing]:
            yield from filled(rule, queries, public_id=public_id, **more)

    return fill


def values(*queries, **arguments):
    """Addresses with arguments that are no public ids: a list of values for each."""
    return lambda rule, stage: filled(rule, queries, **arguments)


def filled(rule, queries, **arguments):
    """The addresses of a rule for every combination of arguments."""
    paths = [rule.rule]
    for name, given in arguments.items():
        given = [given] if isinstance(given, str) else given
        holes = [hole for hole in ("<%s>", "<int:%s>", "<path:%s>") if hole % name in paths[0]]
        paths = [path.replace(holes[0] % name, str(value)) for path in paths for value in given] if holes else paths
    return [address for path in paths for address in (path, *(f"{path}?{query}" for query in queries))]


def everything(rule, stage):
    """Any kind of row by its name: /audience/<kind>/<public_id>. Items of one kind, and one of every other."""
    for kind, ids in stage.ids.items():
        for public_id in [*(ids if kind == "briefs" else ids[-1:]), stage.missing]:
            yield from filled(rule, (), kind=kind, public_id=public_id)


def words(rule, stage):
    """The search page with nothing asked, and with what everything has; test_search asks for each word."""
    return [rule.rule, f"{rule.rule}?{urlencode({'q': 'inside'})}"]


def not_members(rule, stage):
    """Holds nothing of members: files of ours, and pages before signing in."""
    return []


LAW_LISTS = ("country=EG", "stage=tabled", "barrier=entry", "country=EG&stage=tabled", "page=x")

PLACES = {
    "/static/<path:filename>": not_members,
    "/fs-static/<path:filename>": not_members,
    "/healthz": plain(),
    "/sign-in": plain(),
    "/logout": plain(),
    "/verify": plain(),
    "/join/<token>": values(token=["zzzzzzzzzzzzzzzzzzzzzzzz"]),
    "/people": plain(),
    "/invitations": plain(),
    "/account": plain(),
    "/audience/<kind>/<public_id>": everything,
    "/": plain(),
    "/keys": plain(),
    "/laws": plain(*LAW_LISTS),
    "/laws/new": plain("country=EG"),
    "/laws/import": plain(),
    "/laws/<public_id>": records("laws"),
    "/laws/<public_id>/edit": records("laws"),
    "/laws/<public_id>/stages": records("laws"),
    "/imports/<public_id>": records("imports"),
    "/norms": plain("principle=association"),
    "/norms/<code>": values(code=["iccpr-22", "missing"]),
    "/countries": plain(),
    "/countries/<code>": values(code=["EG", "MN", "LT", "eg", "ZZ"]),
    "/briefs": plain("kind=alert", "country=EG", "language=en", "kind=brief&country=EG"),
    "/briefs/new": plain("draft=x"),
    "/briefs/<public_id>": records("briefs"),
    "/briefs/<public_id>/edit": records("briefs"),
    "/briefs/<public_id>/revisions/<int:number>": records("briefs", number=[1, 2]),
    "/events": plain("view=month", "view=past", "from=2026-01-01"),
    "/events/new": plain("country=EG"),
    "/events/<public_id>": records("events"),
    "/events/<public_id>/edit": records("events"),
    "/events/<public_id>/rsvps": records("events", "part=who"),
    "/events/<public_id>.ics": records("events"),
    "/rsvps/<public_id>": records("rsvps"),
    "/discussions": plain(),
    "/discussions/new": plain("about=countries/EG"),
    "/discussions/<public_id>": records("discussions", "order=time", "from=last"),
    "/discussions/<public_id>/changes": records("discussions", "after=0"),
    "/posts/<public_id>": records("posts"),
    "/posts/<public_id>/reply": records("posts"),
    "/posts/<public_id>/history": records("posts"),
    "/posts/<public_id>/edit": records("posts"),
    "/posts/<public_id>/withdraw": records("posts"),
    "/responses": plain("country=EG"),
    "/responses/new": plain("country=EG"),
    "/responses/<public_id>": records("responses"),
    "/responses/<public_id>/edit": records("responses"),
    "/responses/<public_id>/answers": records("responses"),
    "/signons/<public_id>": records("signons"),
    "/search": words,
}


def rules(app):
    """The GET addresses of the portal."""
    return [rule for rule in app.url_map.iter_rules() if "GET" in rule.methods]


def addresses(stage):
    """(rule, path) of every GET address, filled in."""
    for rule in rules(stage.world.app):
        for path in PLACES[rule.rule](rule, stage):
            yield rule.rule, path
