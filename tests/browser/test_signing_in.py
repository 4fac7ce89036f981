"""The door of the house, in a browser."""


def test_a_member_signs_in_and_out(portal, visit):
    page = visit(portal, "head")
    assert page.locator("main h1").count() == 1
    page.get_by_role("button", name="Sign out").first.click()
    page.wait_for_url("**/sign-in")
    page.goto("/people")
    assert "/sign-in" in page.url
