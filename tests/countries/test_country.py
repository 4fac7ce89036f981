"""A country's page: all that the viewer may see, and the same empty page where that is nothing."""

from tests.laws.test_pages import import_real, post, release, scrubbed, without_mongolia
from wg_portal.core.database import db
from wg_portal.core.links import Link
from wg_portal.core.transactions import transaction


def test_laws_and_their_steps_stand_on_the_page(world):
    import_real(world)
    page = world.browser(world.head).get("/countries/EG").text
    assert "Law Regulating the Exercise of Civil Work" in page and "Timeline" in page
    assert "Amendments on NGOs" not in page


def test_a_country_without_anything_answers_and_an_unknown_one_does_not(world):
    browser = world.browser(world.head)
    assert "Nothing yet on this country" in browser.get("/countries/IS").text
    assert browser.get("/countries/is").location.endswith("/countries/IS")
    for code in ("QQ", "EGY", "E", "ZZ", "eu"):
        assert browser.get(f"/countries/{code}").status_code == 404


def test_a_hidden_law_leaves_the_page_as_if_there_were_none(world):
    rival = world.browser(world.rival)
    empty = scrubbed(rival.get("/countries/MN").text)
    post(world, **without_mongolia(world))
    release(world)
    assert scrubbed(rival.get("/countries/MN").text) == empty
    assert "Bill on transparency" in world.browser(world.head).get("/countries/MN").text


def test_what_is_linked_to_the_country_stands_in_its_timeline(world):
    """A card of any kind that is linked to a country shows on its page; here a law linked to a second one."""
    import_real(world)
    address = post(world, jurisdiction="KG")
    release(world)
    with transaction():
        public_id = address.split("/")[-1]
        db.session.add(Link(kind="laws", public_id=public_id, target="countries/KZ", target_id="KZ"))
    with world.app.test_request_context():
        from wg_portal.countries import queries

        found = queries.country(world.head, "KZ")
    assert "Bill on transparency of associations" in [row.title for row in found.related["laws"]]
