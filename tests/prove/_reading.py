"""Breaks of what members may read: the door, the rules, search, pages and drafts."""

from tests.prove._break import Break

DOOR = "tests/core/test_visibility.py"
MODELS = "tests/architecture/test_models_and_routes.py"
PAGES = "tests/core/test_pages.py"
DRAFTS = "tests/core/test_drafts.py"
SEARCH = "tests/search/test_search.py"
VISIBILITY = "wg_portal/core/visibility.py"
QUERIES = "wg_portal/search/queries.py"
WAY_IN = "    cards = readable(Card)\n    columns = (cards.id, cards.kind, cards.public_id, cards.at)\n"
# Every way in which a guarded table can occur in a statement, tried in a feature's own query: none may pass.
OCCURRENCES = {
    "plain": "db.session.execute(select(Card))",
    "alias": "db.session.execute(select(__import__('sqlalchemy').orm.aliased(Card)))",
    "column": "db.session.execute(select(Card.title))",
    "scalar subquery": "db.session.execute(select(literal(1), select(func.count(Card.id)).scalar_subquery()))",
    "exists": "db.session.execute(select(literal(1)).where(exists().where(Card.id > 0)))",
    "union half": "db.session.execute(select(literal(1)).union(select(Card.id)))",
    "cte": "db.session.execute(select(select(Card.id).cte()))",
    "join": "db.session.execute(select(Link.id).join(Card, Card.public_id == Link.public_id))",
    "in": "db.session.execute(select(Link.id).where(Link.public_id.in_(select(Card.public_id))))",
    "core table": "db.session.execute(select(Card.__table__))",
    "text": "db.session.execute(__import__('sqlalchemy').text('select title from cards'))",
    "written from": (
        "db.session.execute(__import__('sqlalchemy').update(Link)"
        ".values(kind=select(func.max(Card.title)).scalar_subquery()))"
    ),
    "get": "db.session.get(Card, -1)",
}

BREAKS = [
    *(
        Break(
            f"a query reads past the door: {name}",
            QUERIES,
            WAY_IN,
            f"    {way}\n{WAY_IN}",
            SEARCH,
            "a_word_finds_nothing",
        )
        for name, way in OCCURRENCES.items()
    ),
    Break("the alarm is off", VISIBILITY, "    if verdict:\n", "    if False:\n", DOOR, "side_doors"),
    Break("the alarm does not read texts", VISIBILITY, "isinstance(part, TextClause)", "False", DOOR, "text"),
    Break("the alarm reads texts in one case", VISIBILITY, "part.text.lower()", "part.text", DOOR, "shouted"),
    Break(
        "the alarm looks past what is written from",
        VISIBILITY,
        "        children = list(part.get_children())\n",
        "        children = [] if isinstance(part, UpdateBase) else list(part.get_children())\n",
        DOOR,
        "written or inserted",
    ),
    Break(
        "the alarm lets writes hand back what they found",
        VISIBILITY,
        "if hands_back(part)",
        "if False",
        DOOR,
        "hand_back",
    ),
    Break(
        "the door forgets the rule at its second occurrence",
        VISIBILITY,
        ".where(RULES[model](VIEWER, model.__table__.c))",
        ".where(RULES[model](VIEWER, model.__table__.c) if occurrence == 1 else True)",
        DOOR,
        "self_join",
    ),
    Break(
        "who is looking may be left out",
        VISIBILITY,
        'bindparam("viewer_id", type_=Integer, required=True)',
        'bindparam("viewer_id", 1, type_=Integer)',
        DOOR,
        "without_a_viewer",
    ),
    Break("the system need not say why", VISIBILITY, "    assert because\n", "", DOOR, "says_why"),
    Break(
        "relationships across features are let in",
        VISIBILITY,
        "if target in RULES and",
        "if False and",
        DOOR,
        "relationship",
    ),
    Break(
        "a rule forgets that audiences end",
        "wg_portal/audiences/policy.py",
        "        or_(audience.until > NOW, roster.stays == True),  # noqa: E712 (SQL)\n",
        "",
        DOOR,
        "ends_by_the_clock",
    ),
    Break(
        "a rule forgets that seats end",
        "wg_portal/audiences/policy.py",
        "        roster.until > NOW,\n",
        "",
        DOOR,
        "ends_by_the_clock",
    ),
    Break(
        "a rule nests exists",
        "wg_portal/audiences/policy.py",
        "    return is_in(member, audience.id)\n",
        "    return exists().where(Audience.__table__.c.id == audience.id, is_in(member, audience.id))\n",
        MODELS,
        "no_exists",
    ),
    Break(
        "a model is neither guarded nor open",
        "wg_portal/search/policy.py",
        "@guards(Document)\n",
        "",
        MODELS,
        "says_whether",
    ),
    Break(
        "a nullable column in a rule",
        "wg_portal/search/models.py",
        '    audience_id: Mapped[int] = mapped_column(ForeignKey("audiences.id"), index=True)\n    title',
        '    audience_id: Mapped[int | None] = mapped_column(ForeignKey("audiences.id"), index=True)\n    title',
        MODELS,
        "never_null",
    ),
    Break(
        "strangers are not stopped at all",
        "wg_portal/accounts/security.py",
        "    if request.endpoint in OPEN:\n",
        "    if True:\n",
        MODELS,
        "address",
    ),
    Break(
        "a cursor is good for anybody",
        "wg_portal/core/pages.py",
        'salt=f"cursor:{viewer.id}:{listing}"',
        'salt=f"cursor:{listing}"',
        PAGES,
        "one_member",
    ),
    Break(
        "a cursor is good for any list",
        "wg_portal/core/pages.py",
        'salt=f"cursor:{viewer.id}:{listing}"',
        'salt=f"cursor:{viewer.id}"',
        PAGES,
        "one_member",
    ),
    Break(
        "equal keys hide rows",
        "wg_portal/core/pages.py",
        "tuple_(*keys) > here if backwards else tuple_(*keys) < here",
        "keys[0] > here.clauses[0] if backwards else keys[0] < here.clauses[0]",
        PAGES,
        "forward",
    ),
    Break(
        "anybody reads drafts",
        "wg_portal/core/drafts.py",
        "    return draft.member_id == member.id\n",
        "    return draft.id == draft.id\n",
        DRAFTS,
        "writer_only",
    ),
    Break("passwords are kept in drafts", "wg_portal/core/drafts.py", '"password", ', "", DRAFTS, "never_kept"),
    Break(
        "search ignores the marking",
        "wg_portal/search/actions.py",
        'MARKINGS[row.marking].search == "title"',
        "False",
        SEARCH,
        "red_text",
    ),
    Break(
        "the rarity of words counts what is hidden",
        QUERIES,
        "    postings = readable(Posting)\n    terms =",
        "    postings = readable(Posting)\n    viewer = __import__('types').SimpleNamespace(id=1)\n    terms =",
        SEARCH,
        "changes_no_order",
    ),
    Break(
        "withdrawn texts are found",
        "wg_portal/core/links.py",
        "                db.session.delete(card)\n",
        "                pass\n",
        SEARCH,
        "withdrawn",
    ),
    Break(
        "private lines are for all colleagues",
        "wg_portal/audiences/policy.py",
        "and_(colleague, or_(entry.audience_id == None, inside)),",
        "colleague,",
        "tests/leaks/test_journal.py",
        "may_not_see and sqlite",
    ),
    Break(
        "a door is built by many at once",
        VISIBILITY,
        "        with _building:\n            door = _doors.get((model, occurrence)) or build_door(model)",
        "        if True:\n            door = build_door(model)",
        DOOR,
        "many_ask_for_at_once",
    ),
    Break(
        "two texts share a stemmer",
        "wg_portal/search/analyzer.py",
        "    with _STEMMING:\n        return",
        "    if True:\n        return",
        "tests/search/test_analyzer.py",
        "indexed_at_once",
    ),
]
