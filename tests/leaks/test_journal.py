"""The journal holds names and ids, never words; and its lines are read through the door like everything else."""

import json

from sqlalchemy import select

from tests.leaks.personas import MEMBERS
from wg_portal.core.database import db
from wg_portal.core.journal import Entry
from wg_portal.core.visibility import readable, seen_by, unguarded


def test_no_line_holds_a_word_that_somebody_wrote(stage):
    lines = db.session.scalars(unguarded(select(Entry), because="the test reads everything")).all()
    assert len(lines) > 100
    for line in lines:
        told = json.dumps([line.verb, line.subject, line.about, line.details])
        words = stage.canaries.met(told) & set(stage.canaries.words())
        assert not words, (line.verb, [stage.canaries.told[word] for word in words])


def test_nobody_reads_a_line_about_what_they_may_not_see(stage, summary):
    entries, leaks, read = readable(Entry), [], 0
    for persona in MEMBERS:
        viewer = getattr(stage.world, persona)
        for line in db.session.scalars(select(entries), seen_by(viewer)):
            if viewer.id == line.actor_id:
                continue  # what they did themselves
            told = json.dumps([line.subject, line.about, line.details])
            leaks += [f"{line.verb}: {leak}" for leak in stage.canaries.leaks(persona, told)]
            read += 1
    assert leaks == []
    summary(f"{stage.world.app.config['KIND']}: {read} journal lines read by {len(MEMBERS)} personas, 0 leaked")
