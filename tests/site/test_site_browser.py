"""The reading site in a browser: search, dark mode, pictures, and no barrier that axe finds."""

import pytest

LESSON = "notebooks/01_deepdream.html"


def background(tab):
    return tab.evaluate("getComputedStyle(document.body).backgroundColor")


def test_search_finds_a_word(tab):
    tab.goto("/index.html")
    tab.get_by_role("searchbox").first.fill("octaves")
    tab.keyboard.press("Enter")
    found = tab.locator("#search-results a", has_text="01 · DeepDream")
    found.first.click()
    tab.get_by_role("heading", name="01 · DeepDream").wait_for()


def test_dark_mode_is_chosen_and_kept(tab):
    tab.emulate_media(color_scheme="light")
    tab.goto("/index.html")
    light = background(tab)
    tab.get_by_role("button", name="Color mode").click()
    tab.get_by_role("button", name="Dark", exact=True).click()
    dark = background(tab)
    assert dark != light
    tab.goto(f"/{LESSON}")
    assert background(tab) == dark


def test_every_page_shows_its_pictures_and_asks_no_other_host(tab, address, pages):
    asked = []
    tab.on("request", lambda request: asked.append(request.url))
    for page in pages:
        tab.goto(f"/{page}", wait_until="load")
        missing = tab.evaluate(
            "[...document.querySelectorAll('article img')]"
            ".filter(image => !image.naturalWidth).map(image => image.alt)"
        )
        assert not missing, page
    assert tab.goto(f"/{LESSON}").ok
    assert tab.locator("article .cell_output img").count() > 5
    assert not [url for url in asked if not url.startswith((address, "data:"))]


def test_every_page_fits_a_phone(tab, pages):
    tab.set_viewport_size({"width": 360, "height": 740})
    for page in pages:
        tab.goto(f"/{page}")
        assert tab.evaluate("document.documentElement.scrollWidth") <= 360, page


# In the dark only colours are others.
RULES = {"light": "", "dark": ", runOnly: ['color-contrast', 'link-in-text-block']"}
# Every word of code is coloured, by the same style sheet: one lesson's are enough.
ELSEWHERE = "{exclude: ['.highlight span']}"


@pytest.mark.parametrize("mode", RULES)
def test_axe_finds_no_serious_fault(tab, pages, axe, mode):
    tab.emulate_media(color_scheme=mode)
    faults = []
    for page in pages:
        tab.goto(f"/{page}")
        assert tab.locator("html").get_attribute("data-theme") == mode
        tab.add_script_tag(path=axe)
        where = "document" if page == LESSON else ELSEWHERE
        result = tab.evaluate(f"axe.run({where}, {{resultTypes: ['violations']{RULES[mode]}}})")
        faults += [
            (page, fault["id"], [node["html"][:200] for node in fault["nodes"]])
            for fault in result["violations"]
            if fault["impact"] in ("serious", "critical")
        ]
    assert not faults
