"""One box over everything one may see: every reader finds their own, and what is hidden changes nothing."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.desk import WRITTEN, Desk, Text
from tests.world import fresh
from wg_portal.core import clock, links
from wg_portal.core.database import db
from wg_portal.core.links import CardText
from wg_portal.core.transactions import transaction
from wg_portal.core.visibility import unguarded
from wg_portal.search.models import Document, Posting
from wg_portal.search.queries import search


def titles(viewer, text, page=1):
    return [hit.title for hit in search(viewer, text, page).hits]


LIBRARY = [
    ("ar", "قانون تنظيم العمل الأهلي", "يقيّد هذا القانون تمويل الجمعيات والمؤسسات الأهلية من الخارج."),
    ("zh", "境外非政府组织境内活动管理法", "该法限制公民社会组织接受境外资助。"),
    (
        "en",
        "Foreign Contribution (Regulation) Act",
        "Associations must register before they receive funds from abroad.",
    ),
    ("fr", "Loi sur les associations", "La loi restreint la liberté d’association et les financements étrangers."),
    ("ru", "Закон об иностранных агентах", "Ограничивает деятельность некоммерческих организаций."),
    ("es", "Ley de Agentes Extranjeros", "Impone restricciones a las organizaciones de la sociedad civil."),
]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("جمعية", 0),
        ("القوانين", 0),
        ("اهليه", 0),
        ("公民社会", 1),
        ("组织", 1),
        ("association", 2),
        ("funding registered abroad -liberty", 2),
        ("liberte", 3),
        ("financement étranger", 3),
        ("агент", 4),
        ("ограничивать", 4),
        ("организация", 4),
        ("restriccion", 5),
        ("organización civil", 5),
    ],
)
def test_readers_of_six_languages_find_what_they_expect(desk, asked, found):
    for language, title, text in LIBRARY:
        desk.write(title, text, language)
    assert LIBRARY[found][1] in titles(desk.world.chair, asked)


def test_a_word_finds_nothing_where_it_does_not_stand(desk):
    desk.write("Freedom of assembly", "A bill on gatherings.")
    assert titles(desk.world.chair, "assembly") == ["Freedom of assembly"]
    assert titles(desk.world.chair, "association") == []
    assert titles(desk.world.chair, "assembly association") == []


def test_titles_weigh_more_than_texts_and_rare_words_more_than_usual_ones(desk):
    desk.write(
        "On something else", "A registry of foreign agents is mentioned in passing. " + "Other words follow. " * 30
    )
    desk.write("A registry of foreign agents", "The bill.")
    for number in range(6):
        desk.write(f"Registry {number}", "registry registry")
    assert titles(desk.world.chair, "foreign registry") == ["A registry of foreign agents", "On something else"]


def test_phrases_and_words_left_out(desk):
    desk.write("One", "The foreign agents law was adopted.")
    desk.write("Two", "Agents of foreign states; the law.")
    chair = desk.world.chair
    assert set(titles(chair, "foreign agents")) == {"One", "Two"}
    assert titles(chair, '"foreign agents"') == ["One"]
    assert titles(chair, "foreign agents -adopted") == ["Two"]
    assert titles(chair, 'foreign -"foreign agents"') == ["Two"]
    assert titles(chair, '"100%_agents"') == []


def test_filters_narrow_by_country_kind_stage_author_and_time(desk):
    desk.write("Egypt, tabled", "bill", kind="laws", note="tabled", about=["countries/EG"], by="LT")
    desk.write(
        "Egypt, in force",
        "bill",
        kind="laws",
        note="in_force",
        about=["countries/EG"],
        at=WRITTEN - timedelta(days=800),
    )
    desk.write("India, tabled", "bill", kind="laws", note="tabled", about=["countries/IN"], by="CA")
    desk.write("A note", "bill", kind="notes", note="tabled")
    chair = desk.world.chair
    found = {
        "bill": {"Egypt, tabled", "Egypt, in force", "India, tabled", "A note"},
        "bill country:eg": {"Egypt, tabled", "Egypt, in force"},
        "country:EG country:IN": {"Egypt, tabled", "Egypt, in force", "India, tabled"},
        "stage:tabled": {"Egypt, tabled", "India, tabled"},
        "in:note": {"A note"},
        "in:notes": {"A note"},
        "in:journal": set(),
        "by:LT": {"Egypt, tabled"},
        "by:Lithuania": {"Egypt, tabled"},
        "by:nobody": set(),
        "from:2026": {"Egypt, tabled", "India, tabled", "A note"},
        "to:2025": {"Egypt, in force"},
        "from:2026-03-12 to:2026-03-12 country:IN": {"India, tabled"},
        "from:0001": {"Egypt, tabled", "Egypt, in force", "India, tabled", "A note"},
        "to:9998 in:laws": {"Egypt, tabled", "Egypt, in force", "India, tabled"},
    }
    assert {asked: set(titles(chair, asked)) for asked in found} == found


def test_facets_count_every_hit_and_lead_to_them(desk):
    for number in range(3):
        desk.write(f"Law {number}", "bill", kind="laws", about=["countries/EG", "countries/IN"][: number + 1])
    desk.write("Note", "bill", kind="notes", about=["countries/EG", "briefs/x"])
    found = search(desk.world.chair, "bill")
    assert (found.total, found.kinds) == (4, [("laws", "Law", 3), ("notes", "Note", 1)])
    assert found.countries == [("EG", 4), ("IN", 2)]
    page = desk.world.browser(desk.world.chair).get("/search?q=bill").text
    assert 'href="/search?q=bill+in:laws"' in page
    narrowed = desk.world.browser(desk.world.chair).get("/search?q=bill+in:laws").text
    assert ">3 results<" in narrowed and 'href="/search?q=bill"' in narrowed


def test_what_is_hidden_is_in_no_hit_no_count_no_facet_and_changes_no_order(desk):
    world = desk.world
    # Alike but for which of the two words stands in the title: whichever is thought rarer decides the order.
    desk.write("Canary", "wren", about=["countries/MN"])
    desk.write("Wren", "canary", about=["countries/MN"])
    assert titles(world.rival, "canary wren") == ["Wren", "Canary"]
    plain = world.browser(world.rival).get("/search?q=canary+wren").text
    mask = re.compile(r'value="[^"]{16,}"')
    for number in range(9):
        left_out = {"circles": ("everyone",), "without": ("MN",)}
        desk.write(f"Secret wren {number}", "wren", kind="notes", about=["countries/MN", "countries/UZ"], **left_out)
    assert titles(world.rival, "canary wren") == ["Wren", "Canary"]
    assert titles(world.chair, "canary wren") == ["Canary", "Wren"]
    again = world.browser(world.rival).get("/search?q=canary+wren").text
    assert mask.sub("", again) == mask.sub("", plain)
    for asked in ("secret", "secret wren", '"secret wren"', "in:notes", "country:UZ", "wren in:notes"):
        found = search(world.rival, asked)
        assert (found.hits, found.total, found.kinds, found.countries) == ([], 0, [], []), asked
        assert search(world.chair, asked).total == 9, asked


def test_who_leaves_the_audience_finds_no_more(desk):
    world = desk.world
    desk.write("For Lithuania and Mongolia", organisations=("LT", "MN"))
    until = clock.now() + timedelta(hours=1)
    desk.write("For an hour", organisations=("LT", "MN"), until=until)
    assert set(titles(world.rival, "for")) == {"For Lithuania and Mongolia", "For an hour"}
    assert titles(world.neighbour, "for") == []
    assert set(titles(world.delegate, "for")) == {"For Lithuania and Mongolia", "For an hour"}


def test_a_red_text_is_found_by_its_title_only(desk):
    world = desk.world
    people = {"people": (world.chair, world.delegate)}
    desk.write("Red heron", "crimson words", **people, marking="RED")
    amber = desk.write("Amber heron", "golden words", **people)
    assert set(titles(world.chair, "heron")) == {"Amber heron", "Red heron"}
    assert titles(world.chair, "crimson") == [] and titles(world.chair, '"crimson words"') == []
    assert titles(world.chair, "golden") == ["Amber heron"]
    with transaction():
        audience_id = amber.card.audience_id = desk.audience(world.delegate, **people, marking="RED")
        links.keep_card(None, amber, amber)
    assert titles(world.chair, "golden") == [] and len(titles(world.chair, "heron")) == 2
    kept = select(func.count()).where(Document.audience_id == audience_id, Document.text != "")
    assert db.session.scalar(unguarded(kept, because="a scene looks behind the door")) == 0


def test_a_changed_text_is_found_by_its_new_words_only_and_a_withdrawn_one_by_none(desk):
    chair = desk.world.chair
    row = desk.write("Draft law", "curlew")
    desk.change(row, text="plover")
    assert titles(chair, "curlew") == [] and titles(chair, "plover") == ["Draft law"]
    desk.change(row, title="Adopted law")
    assert titles(chair, "draft") == [] and titles(chair, "adopted plover") == ["Adopted law"]
    desk.take_away(row)
    assert titles(chair, "adopted") == []
    left = [
        db.session.scalar(unguarded(select(func.count()).select_from(model), because="a scene"))
        for model in (Posting, Document)
    ]
    assert left == [0, 0]


def test_a_text_that_did_not_change_is_not_indexed_again(desk):
    row = desk.write("Same", "words " * 50)
    with desk.world.count_queries() as counter:
        desk.change(row, note="noted")
    assert not [statement for statement in counter.statements if "postings" in statement]


def test_many_cards_are_indexed_at_once_and_found_the_same(desk):
    audience_id = desk.write("One by one", "sandpiper").card.audience_id
    rows = [
        Text(f"bulk-{number}", CardText(f"Bulk {number}", WRITTEN, audience_id, text="sandpiper"))
        for number in range(40)
    ]
    with desk.world.count_queries() as counter, transaction():
        links.keep_cards(rows)
    assert len([said for said in counter.statements if "postings" in said or "documents" in said]) <= 4
    assert search(desk.world.chair, "sandpiper").total == 41


def test_hits_and_their_order_are_the_same_on_both_databases(sqlite_app, postgresql_app, password_hash):
    """The same texts, asked the same questions, in SQLite and in PostgreSQL."""
    asked = [
        "law",
        "law bill",
        "право",
        "ley law",
        "法律",
        "قانون",
        '"the bill"',
        "law -bill",
        "in:texts",
        "bill country:EG",
        "law to:2026-01",
    ]
    words = ["law", "bill", "the bill", "Loi", "ley", "право", "法律", "قانون", "restriction", "restrictive laws"]
    answers = []
    had = dict(links.registry)
    for app in (sqlite_app, postgresql_app):
        with app.app_context():
            app.snapshot.restore()
            links.register("texts", noun="Text", card=lambda row: row.card)
            desk = Desk(fresh(app))
            for number in range(60):
                text = " ".join(words[(number * step + step) % len(words)] for step in range(1, 2 + number % 7))
                about = ["countries/EG"] if number % 3 else ["countries/IN"]
                to = {"circles": ("everyone",)} if number % 4 else {"organisations": ("LT", "CA")}
                desk.write(
                    f"{words[number % 10]} {number}",
                    text,
                    at=WRITTEN - timedelta(days=number % 5 * 40),
                    about=about,
                    **to,
                )
            world = desk.world
            answers.append(
                [
                    (
                        viewer.position,
                        question,
                        found.total,
                        found.kinds,
                        found.countries,
                        [(hit.title, str(hit.excerpt)) for hit in found.hits],
                    )
                    for viewer in (world.chair, world.rival)
                    for question in asked
                    for found in [search(viewer, question)]
                ]
            )
            db.session.rollback()
            db.session.remove()
    links.registry.clear()
    links.registry.update(had)
    assert answers[0] == answers[1]
    assert [answer[1] for answer in answers[0][: len(asked)] if not answer[2]] == []
