"""What was typed and not sent belongs to its writer, and to nobody else."""

import threading

from werkzeug.datastructures import MultiDict

from wg_portal.core import drafts
from wg_portal.core.database import db

PLACE = "/briefs/new"
SECRET = ["csrf_token", "once", "password", "intent", "confirm", "draft"]


def test_a_draft_is_given_back_to_its_writer_only(world):
    drafts.save_draft(world.delegate, PLACE, {"title": ["Half a thought"]}, title="Half a thought")
    assert drafts.draft_at(world.delegate, PLACE).fields == {"title": ["Half a thought"]}
    for other in (world.head, world.chair, world.secretariat, world.rival):
        assert drafts.draft_at(other, PLACE) is None
        assert drafts.drafts_of(other) == []


def test_a_later_save_replaces_the_earlier_one(world):
    drafts.save_draft(world.delegate, PLACE, {"title": ["One"]})
    drafts.save_draft(world.delegate, PLACE, {"title": ["Two"]})
    assert [draft.fields for draft in drafts.drafts_of(world.delegate)] == [{"title": ["Two"]}]


def test_one_form_may_have_several_drafts_and_places_keep_theirs(world):
    drafts.save_draft(world.delegate, PLACE, {"title": ["One"]}, slot="a")
    drafts.save_draft(world.delegate, PLACE, {"title": ["Two"]}, slot="b")
    drafts.save_draft(world.delegate, "/events/new", {"title": ["Three"]})
    assert drafts.draft_at(world.delegate, PLACE) is None
    assert drafts.draft_at(world.delegate, PLACE, "b").fields == {"title": ["Two"]}
    assert {draft.slot for draft in drafts.drafts_of(world.delegate, "/briefs/")} == {"a", "b"}
    assert len(drafts.drafts_of(world.delegate)) == 3


def test_the_newest_draft_stands_first(world):
    for number in range(3):
        drafts.save_draft(world.delegate, f"/briefs/{number}", {"title": [str(number)]})
    assert [draft.place for draft in drafts.drafts_of(world.delegate)] == ["/briefs/2", "/briefs/1", "/briefs/0"]


def test_a_dropped_draft_is_gone_and_other_ones_stay(world):
    drafts.save_draft(world.delegate, PLACE, {"title": ["Mine"]})
    drafts.save_draft(world.head, PLACE, {"title": ["Theirs"]})
    drafts.drop_draft(world.delegate, PLACE)
    assert drafts.draft_at(world.delegate, PLACE) is None
    assert drafts.draft_at(world.head, PLACE).fields == {"title": ["Theirs"]}


def test_a_place_is_no_pattern(world):
    drafts.save_draft(world.delegate, "/briefs/new", {"title": ["One"]})
    assert drafts.drafts_of(world.delegate, "/%") == []
    assert drafts.drafts_of(world.delegate, "/briefs_") == []


def test_keys_and_passwords_are_never_kept():
    form = MultiDict([("title", "A"), ("title", "B"), ("empty", ""), *[(name, "secret") for name in SECRET]])
    assert drafts.typed(form) == {"title": ["A", "B"]}


def test_what_is_larger_than_any_form_is_not_kept():
    assert drafts.typed(MultiDict({"body": "x" * (drafts.LONGEST + 1)})) == {}
    assert drafts.typed(MultiDict({"body": "x" * drafts.LONGEST})) != {}


def test_two_saves_at_once_leave_one_draft(world):
    app, barrier, trouble = world.app, threading.Barrier(2), []

    def save(text):
        with app.app_context():
            barrier.wait(20)
            try:
                drafts.save_draft(world.delegate, PLACE, {"title": [text]})
            except Exception as error:
                trouble.append(error)
            db.session.remove()

    savers = [threading.Thread(target=save, args=[text]) for text in ("one", "two")]
    for saver in savers:
        saver.start()
    for saver in savers:
        saver.join(30)
    db.session.rollback()
    kept = drafts.drafts_of(world.delegate)
    assert len(kept) == 1 and kept[0].fields["title"][0] in ("one", "two")
    assert trouble == []
