"""A first page is at most 60 KB over the wire, a later one 20 KB, with a hundred rows of everything."""

from benchmarks.pages import costs, table


def test_pages_are_small_enough_for_a_thin_line(world, summary):
    told = costs(world)
    beyond = [cost for cost in told if not cost.is_within]
    assert not beyond, table(beyond)
    largest = max(told, key=lambda cost: cost.later)
    summary(
        f"{len(told)} pages: at most {largest.later:,} bytes on later visits and {largest.first:,} on the first ({largest.page})"
    )
