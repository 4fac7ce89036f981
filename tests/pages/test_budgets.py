"""A page asks the database at most eight times, and as often for a thousand rows as for ten."""

from tests.pages.grown import Grown
from wg_portal.accounts.queries import directory, forget_directory

MOST = 8


def queries(world, grown, asked):
    """path -> the statements of loading it."""
    counted = {}
    for path, browser in asked.items():
        forget_directory()
        directory()  # kept for some seconds, whoever asks: what it costs now and then is no page's own
        with world.count_queries() as counter:
            assert browser.get(path).status_code == 200, path
        counted[path] = [one for one in counter.statements if not one.startswith(("BEGIN", "SAVEPOINT", "RELEASE"))]
    return counted


def test_pages_cost_as_much_with_a_thousand_rows_as_with_ten(world, summary):
    grown = Grown(world)
    grown.grow(10)
    asked = {path: browser for _rule, path in grown.pages() if (browser := grown.whoever_may(path))}
    few = queries(world, grown, asked)
    grown.grow(990)
    many = queries(world, grown, asked)
    dear = {path: (len(few[path]), len(many[path])) for path in asked if max(len(few[path]), len(many[path])) > MOST}
    grew = {path: (len(few[path]), len(many[path])) for path in asked if len(few[path]) != len(many[path])}
    told = "\n".join(f"{p}: {len(few[p])} then {len(many[p])}" for p in sorted({*dear, *grew}))
    worst = max(asked, key=lambda path: len(many[path]))
    assert not dear and not grew, f"queries for 10 rows and for 1,000:\n{told}"
    kind, page = world.app.config["KIND"], worst.split("?")[0]
    summary(f"{kind}: {len(asked)} pages, at most {len(many[worst])} queries ({page}), the same for 10 and 1,000 rows")
