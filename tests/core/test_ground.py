def test_the_stage_stands(world):
    assert world.head.organisation.name == "Lithuania"
    assert world.former is None
    assert world.browser().get("/people").status_code == 302
    assert world.browser(world.head).get("/healthz").text == "ok"
