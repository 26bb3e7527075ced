"""The page in a browser: Chromium opens it from the disk, without a network, as a reader does."""

import base64
import json
from contextlib import contextmanager

import pytest

from npnet import derivations
from tests.study.browser import CONTRAST, NARROW, WIDE, needs_chromium, open_details, show, wait

pytest.importorskip("selenium", reason="selenium is not installed")
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

pytestmark = needs_chromium


@contextmanager
def changed(browser, script):
    """Expect the value of a script to become another one."""
    before = browser.execute_script(script)
    yield
    assert browser.execute_script(script) != before


BOUNDARIES = "return [...document.querySelectorAll('#film .boundary')].map(path => path.getAttribute('d'))"
NUMBERS = "return [...document.querySelectorAll('#film .numbers')].map(text => text.textContent)"
EPOCH = "return Number(document.querySelector('#film output').textContent)"


def test_nothing_is_logged_and_no_request_leaves_the_file(browser, study, say):
    browser.get_log("browser")
    browser.get_log("performance")
    browser.refresh()
    open_details(browser)
    assert browser.get_log("browser") == []
    events = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    requests = [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]
    assert {url for url in requests if not url.startswith("data:")} == {(study[0] / say.page).as_uri()}


def test_every_link_leads_into_the_page(browser):
    # But for that to the page in the other language
    links = "return [...document.querySelectorAll('a:not(.languages a)')].map(link => link.href)"
    targets = browser.execute_script(links)
    assert len(targets) > 150
    missing = browser.execute_script(
        "return arguments[0].filter(href => !document.getElementById(new URL(href).hash.slice(1)))", targets
    )
    assert missing == []
    assert {target.partition("#")[0] for target in targets} == {browser.current_url.partition("#")[0]}


@pytest.mark.parametrize("say", ["en"], indirect=True)
def test_the_page_in_the_other_language_opens_at_the_same_heading(browser, study):
    browser.get(f"{(study[0] / 'index.html').as_uri()}#section-3-1")
    for page in ("index.zh.html", "index.html"):
        browser.find_element(By.CSS_SELECTOR, ".languages a").click()
        assert browser.current_url == f"{(study[0] / page).as_uri()}#section-3-1"


def test_a_link_to_what_is_folded_away_shows_it(browser):
    folded = browser.find_elements(By.CSS_SELECTOR, ".derivation:has(details:not([open]))")
    article = [article for article in folded if article.is_displayed()][-1]
    lines, heading = (article.find_element(By.CSS_SELECTOR, kind) for kind in (".lines", ".self"))
    assert not lines.is_displayed()
    heading.click()
    assert lines.is_displayed()
    # What is shown begins with the heading
    tops = browser.execute_script("return [...arguments].map(e => e.getBoundingClientRect().top)", heading, lines)
    assert 0 <= tops[0] < tops[1] < 900


def test_a_link_to_what_is_folded_away_twice_shows_it(browser):
    article = browser.find_elements(By.CSS_SELECTOR, "details .derivation")[-1]
    lines, heading = (article.find_element(By.CSS_SELECTOR, kind) for kind in (".lines", ".self"))
    assert not article.is_displayed()
    browser.execute_script("window.location.hash = arguments[0].hash", heading)
    wait(browser, lines.is_displayed)


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_every_formula_has_a_box(browser, width):
    show(browser, width, "light")
    open_details(browser)
    boxes = browser.execute_script(
        "return [...document.querySelectorAll('math')].map(math => math.getBoundingClientRect())"
        ".map(box => [box.width, box.height])"
    )
    assert len(boxes) > 200
    assert all(w > 4 and h > 4 for w, h in boxes)


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_no_line_begins_with_a_sign_behind_a_formula(browser, width):
    show(browser, width, "light")
    open_details(browser)
    checked, parted = browser.execute_script(PARTED)
    assert checked > 150
    assert parted == []


# A formula in a line, and the sign behind it: where it stands beside the formula
PARTED = """
const signs = [...document.querySelectorAll("main p math")].filter(
  (math) => math.nextSibling instanceof Text && /^[,.;:?!)，。、；：？！）”]/.test(math.nextSibling.data));
const parted = signs.filter((math) => {
  const range = document.createRange();
  range.setStart(math.nextSibling, 0);
  range.setEnd(math.nextSibling, 1);
  return range.getBoundingClientRect().left < math.getBoundingClientRect().right - 2;
});
return [signs.length, parted.map((math) => math.parentNode.parentNode.textContent)];
"""


def test_what_stands_above_a_table_is_seen_whole_on_a_narrow_screen(browser):
    show(browser, NARROW, "light")
    open_details(browser)
    ends = browser.execute_script(
        "return [...document.querySelectorAll('main caption')].map(e => e.getBoundingClientRect().right)"
    )
    assert len(ends) > 50
    assert max(ends) <= NARROW


def test_it_is_shorter_than_45_screens(browser):
    assert browser.execute_script("return document.documentElement.scrollHeight") < 45 * 900


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_code_fits_its_column(browser, width):
    show(browser, width, "light")
    open_details(browser)
    cut = browser.execute_script(
        "return [...document.querySelectorAll('pre.code')]"
        ".filter(e => e.scrollWidth > e.clientWidth).map(e => e.textContent)"
    )
    assert cut == []


def test_a_line_of_90_columns_is_not_wrapped(browser):
    heights = browser.execute_script(
        "const line = document.querySelector('.lines .line'); const one = line.getBoundingClientRect().height;"
        "line.textContent = 'x'.repeat(90) + '\\n';"
        "return [one, line.getBoundingClientRect().height]"
    )
    assert heights[0] == heights[1] < 25


def test_a_long_table_shows_its_first_rows_until_it_is_unfolded(browser):
    table = browser.find_element(By.CSS_SELECTOR, ".table:has(#table-learning_rates)")
    rows = "return [...arguments[0].querySelectorAll('tbody tr')].filter(row => row.checkVisibility()).length"
    assert browser.execute_script(rows, table) == 4
    table.find_element(By.TAG_NAME, "summary").click()
    assert browser.execute_script(rows, table) == 100


def test_the_contents_mark_the_section_that_is_read(browser):
    marked = "return [...document.querySelectorAll('nav [aria-current]')].map(link => link.hash)"
    for anchor in ("section-5-2-5", "section-1-2", "summary", "section-3-3"):
        browser.execute_script("document.getElementById(arguments[0]).scrollIntoView()", anchor)
        wait(browser, lambda anchor=anchor: browser.execute_script(marked) == [f"#{anchor}"])
        # It can be seen
        link = browser.find_element(By.CSS_SELECTOR, "nav [aria-current]")
        top = browser.execute_script("return arguments[0].getBoundingClientRect().top", link)
        assert 0 <= top < 900


def test_on_a_phone_a_link_leads_back_to_the_contents(browser):
    back = browser.find_element(By.CSS_SELECTOR, ".back")
    assert not back.is_displayed()
    show(browser, NARROW, "light")
    browser.execute_script("document.getElementById('section-4-2').scrollIntoView()")
    back.click()
    top = "return document.getElementById('contents').getBoundingClientRect().top"
    wait(browser, lambda: abs(browser.execute_script(top)) < 30)


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_nothing_is_wider_than_the_screen(browser, width):
    show(browser, width, "light")
    width_of_all = "return document.documentElement.scrollWidth"
    assert browser.execute_script(width_of_all) <= width
    open_details(browser)
    assert browser.execute_script(width_of_all) <= width


def test_the_slider_moves_the_boundaries(browser, say):
    slider = browser.find_element(By.ID, "film-epoch")
    assert browser.execute_script(EPOCH) == 800
    assert slider.get_attribute("aria-valuetext") == say("epoch {epoch}").format(epoch=800)
    with changed(browser, BOUNDARIES), changed(browser, NUMBERS):
        slider.send_keys(Keys.HOME)
    assert browser.execute_script(EPOCH) == 0
    assert slider.get_attribute("aria-valuetext") == say("epoch {epoch}").format(epoch=0)
    for _ in range(20):
        slider.send_keys(Keys.ARROW_RIGHT)
    with changed(browser, BOUNDARIES):
        slider.send_keys(Keys.ARROW_RIGHT)
    said = browser.find_element(By.CSS_SELECTOR, "#film .status").get_attribute("textContent")
    begins = say("Epoch {epoch}. {runs}.").partition("{runs}")[0].format(epoch=browser.execute_script(EPOCH))
    assert said.startswith(begins + say("no regularizer"))


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_the_slider_can_be_dragged(browser, width):
    show(browser, width, "light")
    slider = browser.find_element(By.ID, "film-epoch")
    browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", slider)
    with changed(browser, BOUNDARIES):
        half = slider.size["width"] // 2
        actions = ActionChains(browser).move_to_element_with_offset(slider, half - 8, 0).click_and_hold()
        actions.move_by_offset(-half, 0).release().perform()
    assert 0 < browser.execute_script(EPOCH) < 800


def test_it_plays_from_the_beginning_and_pauses(browser, say):
    button = browser.find_element(By.CSS_SELECTOR, "#film button")
    assert button.text == say("Play")
    button.click()
    assert button.text == say("Pause")
    wait(browser, lambda: 0 < browser.execute_script(EPOCH) < 800)
    button.click()
    assert button.text == say("Play")
    paused = browser.execute_script(EPOCH)
    assert paused < 800
    with changed(browser, BOUNDARIES):
        button.click()
        wait(browser, lambda: browser.execute_script(EPOCH) > paused)
    button.click()


def test_who_wants_no_motion_goes_step_by_step(browser, say):
    show(browser, WIDE, "light", **{"prefers-reduced-motion": "reduce"})
    button = browser.find_element(By.CSS_SELECTOR, "#film button")
    wait(browser, lambda: button.text == say("Next"))
    button.click()
    assert browser.execute_script(EPOCH) == 0
    button.click()
    assert browser.execute_script(EPOCH) == 1


def test_the_keyboard_reaches_everything(browser, say):
    focused = "return document.activeElement"
    ActionChains(browser).send_keys(Keys.TAB).perform()
    skip = browser.execute_script(focused)
    assert skip.text == say("Skip to the text")
    skip.send_keys(Keys.ENTER)
    assert browser.execute_script(focused).get_attribute("id") == "main"


SCROLLING = """
return [...document.querySelectorAll("main *")]
  .filter(e => ["auto", "scroll"].includes(getComputedStyle(e).overflowX))
  .map(e => [e.hasAttribute("tabindex"), e.scrollWidth > e.clientWidth || e.scrollHeight > e.clientHeight,
             e.outerHTML.slice(0, 99)])
"""


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_the_keyboard_stops_at_what_scrolls_and_only_there(browser, width):
    show(browser, width, "light")
    open_details(browser)
    wait(browser, lambda: not [box for stops, scrolls, box in browser.execute_script(SCROLLING) if stops != scrolls])
    assert any(scrolls for _, scrolls, _ in browser.execute_script(SCROLLING))


def test_a_name_is_said_once(browser, say):
    tree = browser.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    names = {kind: [] for kind in ("heading", "region", "slider", "image")}
    for node in tree:
        if node.get("role", {}).get("value") in names:
            names[node["role"]["value"]].append(node["name"]["value"])
    assert f"5.3 {say('The optimizers compared')}" in names["heading"]
    assert not [name for name in names["heading"] if "#" in name]
    assert names["slider"] == [say("Epoch")]
    assert all(name for kind in names.values() for name in kind)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_can_be_read(browser, scheme):
    show(browser, WIDE, scheme)
    found = browser.execute_script(CONTRAST)
    assert len(found) > 2000
    assert [(ratio, text) for ratio, text in found if ratio < 4.5] == []


def test_dark_is_dark(browser):
    paper = "return getComputedStyle(document.body).backgroundColor"
    with changed(browser, paper):
        show(browser, WIDE, "dark")


def test_it_prints_with_every_derivation_unfolded(browser):
    shown = (
        "return [...document.querySelectorAll('.lines')].filter(e => e.checkVisibility({contentVisibilityAuto: true}))"
    )
    count = len(derivations.every())
    assert 0 < len(browser.execute_script(shown)) < count
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        # A busy browser lays the last of them out a moment later
        wait(browser, lambda: len(browser.execute_script(shown)) == count)
        assert not browser.find_element(By.TAG_NAME, "nav").is_displayed()
        assert not browser.find_element(By.CSS_SELECTOR, ".controls").is_displayed()
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


ROWS = """
return [...document.querySelectorAll(".claims tbody tr")].map(row => {
  const [section, title, last] = [...row.cells].map(cell => cell.getBoundingClientRect());
  return {below: last.top >= title.bottom, beside: last.left >= title.right, width: row.getBoundingClientRect().width};
});
"""


def test_on_a_phone_each_claim_and_each_erratum_is_a_card(browser):
    open_details(browser)
    assert all(row["beside"] and not row["below"] for row in browser.execute_script(ROWS))
    show(browser, NARROW, "light")
    rows = browser.execute_script(ROWS)
    assert len(rows) == 33 + 28
    assert all(row["below"] and not row["beside"] and 300 < row["width"] < NARROW for row in rows)
    heights = "return [...document.querySelectorAll('.claims')].map(list => list.getBoundingClientRect().height)"
    assert all(height / count < 100 for height, count in zip(browser.execute_script(heights), (33, 28)))


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_no_verdict_is_broken_into_lines(browser, width):
    show(browser, width, "light")
    open_details(browser)
    heights = "return [...document.querySelectorAll('.verdict')].map(verdict => verdict.getBoundingClientRect().height)"
    found = [height for height in browser.execute_script(heights) if height]
    assert len(found) >= 2 * 33
    assert max(found) < 30


def sheets(browser):
    """The lines of each printed sheet, without its number."""
    pdfium = pytest.importorskip("pypdfium2", reason="pypdfium2 is not installed")
    size = {"paperWidth": 8.27, "paperHeight": 11.69, "preferCSSPageSize": True}
    document = pdfium.PdfDocument(base64.b64decode(browser.execute_cdp_cmd("Page.printToPDF", size)["data"]))
    texts = [sheet.get_textpage().get_text_range().splitlines() for sheet in document]
    return [
        [line.strip() for line in text if line.strip() not in ("", str(number))] for number, text in enumerate(texts, 1)
    ]


LABELS = ("CLAIM ", "ERRATUM ", "DERIVATION ", "WITH NUMBERS", "CHANGE IT AND RUN")


# In print, letters are there only where a font has them
@pytest.mark.parametrize("say", ["en"], indirect=True)
def test_in_print_no_label_or_title_stands_alone_at_the_foot_of_a_sheet(browser):
    open_details(browser)
    titles = browser.execute_script("return [...document.querySelectorAll('h2, h3, h4, h5')].map(e => e.innerText)")
    printed = sheets(browser)
    lines = [line for sheet in printed for line in sheet]
    assert all(any(line.startswith(label) for line in lines) for label in LABELS)
    assert len({*titles} & {*lines}) > 20
    assert [sheet[-3:] for sheet in printed if sheet[-1].startswith(LABELS) or sheet[-1] in titles] == []
    # What the page was made by stands on the first sheet, so that it has none of its own
    assert "Made by npnet study" in " ".join(printed[0])
    assert len(" ".join(printed[-1]).split()) > 20
