"""Search for every word of the stage: whoever may not read it gets the page of a word that nobody ever wrote."""

from tests.leaks.canaries import Canaries
from tests.leaks.masks import masked

# One of each sort of audience listens; the crawl of test_pages hears everybody on the page without a word.
LISTENERS = ("rival", "at_risk", "secretariat", "delegate")


def test_a_hidden_word_is_found_like_one_that_never_was(stage, summary):
    nonsense = Canaries().word("what nobody ever wrote", ())
    searched = 0
    for persona in LISTENERS:
        browser = stage.browsers[persona]
        nothing = masked(browser.get(f"/search?q={nonsense}"), nonsense)
        hidden = [word for word in stage.canaries.words() if persona not in stage.canaries.readers[word]]
        for word in hidden[:: max(1, len(hidden) // 60)]:
            assert masked(browser.get(f"/search?q={word}"), word) == nothing, (persona, stage.canaries.told[word])
            searched += 1
    summary(
        f"{stage.world.app.config['KIND']}: {searched} hidden words searched for, each found like one that never was"
    )


def test_its_readers_find_it(stage):
    for (scene, kind), row in stage.rows.items():
        if kind == "alert" or scene == "held":
            continue
        word = next(
            w
            for w, told in stage.canaries.told.items()
            if told in (f"the title of a {kind} for {scene}", f"the title of a revised {kind} for {scene}")
        )
        if kind == "brief":
            word = next(
                w for w, told in stage.canaries.told.items() if told == f"the title of a revised brief for {scene}"
            )
        reader = next(iter(stage.canaries.readers[word]))
        assert row.public_id in stage.browsers[reader].get(f"/search?q={word}").text, (reader, kind, scene)
