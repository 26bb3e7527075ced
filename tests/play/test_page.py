"""The page in a browser: Chromium opens it from the server, and does with it what a reader does."""

import inspect
import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from npnet import MLP, language
from npnet.engine.layers import Layer
from npnet.play import page
from npnet.play.choices import OPTIMIZERS, State, declared
from npnet.play.run import Run
from npnet.play.walks import WALKS
from tests.study.browser import CONTRAST, NARROW, WIDE, needs_chromium, open_details, show, start, wait

pytest.importorskip("selenium", reason="selenium is not installed")
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

pytestmark = needs_chromium
FEW = {"samples": 60, "widths": [3], "batch_size": 20}
"""A small run, whose epoch is three steps."""
ACTIONS = (Path(__file__).parent / "actions.js").read_text("utf-8")


@pytest.fixture(scope="module")
def downloads(tmp_path_factory):
    return tmp_path_factory.mktemp("downloads")


@pytest.fixture(scope="module")
def chromium(tmp_path_factory, downloads):
    driver = start(tmp_path_factory.mktemp("profile"))
    driver.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(downloads)})
    yield driver
    driver.quit()


@pytest.fixture(scope="module")
def served():
    """The command, and the address of its page."""
    command = [sys.executable, "-W", "error", "-m", "npnet", "play", "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:
        yield process, re.search(r"http\S+", process.stdout.readline())[0]
        process.terminate()


def link(**chosen):
    """The end of the address that restores these choices."""
    return State().changed({**FEW, **chosen}).link()


def opened(browser, address, end):
    """Open the page before its first step."""
    browser.get("about:blank")
    browser.get(address + end)
    wait(browser, lambda: state(browser) == State.from_link(end.partition("#")[2]) and drawn(browser) > 0)
    browser.find_element(By.ID, "restart").click()
    wait(browser, lambda: text(browser, "n-step") == "0")
    return browser


@pytest.fixture
def browser(chromium, served):
    """The page with a small run, at the width of a desk's screen and in light colours."""
    show(chromium, WIDE, "light")
    return opened(chromium, served[1], link())


def state(browser):
    """What the address restores."""
    return State.from_link(browser.execute_script("return location.hash") or State().link())


def drawn(browser):
    """The number of the frame that was drawn last."""
    return int(browser.execute_script("return document.getElementById('plane').dataset.frame ?? 0"))


def text(browser, name):
    return browser.execute_script("return document.getElementById(arguments[0]).textContent", name)


def click(browser, name):
    """Press a button that takes steps, and wait until they are shown."""
    before = text(browser, "n-step")
    browser.find_element(By.ID, name).click()
    wait(browser, lambda: text(browser, "n-step") != before)


def pixels(browser, name):
    return browser.execute_script("return document.getElementById(arguments[0]).toDataURL()", name)


def test_nothing_is_logged_and_no_request_goes_elsewhere(browser, served):
    browser.get_log("browser")
    browser.get_log("performance")
    browser.refresh()
    wait(browser, lambda: drawn(browser) > 0)
    assert browser.get_log("browser") == []
    events = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    urls = {event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"}
    assert {url for url in urls if not url.startswith(("data:", served[1]))} == set()
    # Every file is one that is used
    names = {url.removeprefix(served[1]).partition("#")[0] for url in urls if not url.startswith("data:")}
    assert names - {""} == {name for name in page.files() if not name.endswith(".html")}


def test_it_trains_and_pauses(browser):
    button = browser.find_element(By.ID, "play")
    assert button.text == "Train"
    button.click()
    wait(browser, lambda: int(text(browser, "n-epoch")) > 3)
    assert button.text == "Pause"
    button.click()
    wait(browser, lambda: button.text == "Train")
    paused = text(browser, "n-step")
    click(browser, "batch")
    assert int(text(browser, "n-step")) == int(paused) + 1


def test_its_numbers_are_those_of_the_library(browser):
    run = Run(state(browser))
    for _ in range(3):
        run.epoch()
        click(browser, "epoch")
    loss, accuracy, test_loss, _ = run.learners[0].measured()
    assert text(browser, "n-step") == str(run.step)
    assert text(browser, "n-loss") == f"{loss:.3g}"
    assert text(browser, "n-test_loss") == f"{test_loss:.3g}"
    assert text(browser, "n-accuracy") == f"{100 * accuracy:.1f} %"


def test_a_step_moves_the_boundary_the_units_the_curves_and_the_histograms(browser):
    pictures = "plane", "net", "loss-curve", "accuracy-curve"
    before = [pixels(browser, name) for name in pictures]
    layers = text(browser, "inside")
    click(browser, "epoch")
    assert all(pixels(browser, name) != picture for name, picture in zip(pictures, before))
    assert text(browser, "inside") != layers


def test_the_rate_changes_while_the_net_stays(browser):
    click(browser, "epoch")
    before = drawn(browser)
    slider = browser.find_element(By.ID, "f-learning_rate")
    slider.send_keys(Keys.ARROW_RIGHT)
    wait(browser, lambda: state(browser).learning_rate == 0.2 and drawn(browser) > before)
    assert slider.get_attribute("aria-valuetext") == "0.2"
    assert text(browser, "n-epoch") == "1"


def test_other_data_start_again(browser):
    click(browser, "epoch")
    browser.find_element(By.CSS_SELECTOR, "#f-data option[value=spirals]").click()
    wait(browser, lambda: state(browser).data == "spirals" and text(browser, "n-epoch") == "0")


SELECTS = "loss", "optimizer", "schedule", "initializer", "dtype"


@pytest.mark.parametrize("field", SELECTS)
def test_whatever_is_chosen_comes_back(browser, field):
    open_details(browser)
    option = browser.find_elements(By.CSS_SELECTOR, f"#f-{field} option:not(:checked)")[0]
    option.click()
    wait(browser, lambda: getattr(state(browser), field) == option.get_attribute("value"))


SLIDERS = "samples", "noise", "test_share", "learning_rate", "batch_size", "l1", "l2", "scale", "members"


@pytest.mark.parametrize("field", SLIDERS)
def test_every_slider_moves_its_number(browser, field):
    open_details(browser)
    before = getattr(state(browser), field)
    browser.find_element(By.ID, f"f-{field}").send_keys(Keys.ARROW_RIGHT)
    wait(browser, lambda: getattr(state(browser), field) > before)


def test_an_optimizer_shows_its_numbers(browser):
    browser.find_element(By.CSS_SELECTOR, "#f-optimizer option[value=adam]").click()
    wait(browser, lambda: browser.find_elements(By.ID, "n-beta_1"))
    browser.find_element(By.ID, "n-beta_1").send_keys(Keys.ARROW_RIGHT)
    wait(browser, lambda: state(browser).numbers.get("beta_1") == 0.95)
    assert [cell.text for cell in browser.find_elements(By.CSS_SELECTOR, "#inside-head th")][-2:] == ["m", "V"]


def test_features_are_ticked_and_one_stays(browser):
    ticks = browser.find_elements(By.CSS_SELECTOR, "#features input")
    ticks[4].click()
    wait(browser, lambda: state(browser).features == ("x1", "x2", "product"))
    for tick in (ticks[4], ticks[1], ticks[0]):
        tick.click()
    wait(browser, lambda: state(browser).features == ("x1",))
    assert ticks[0].is_selected()


def test_layers_and_units_are_added_and_taken_away(browser):
    more, fewer = (browser.find_element(By.CSS_SELECTOR, f"[aria-label='{name}']") for name in
                   ("One layer more", "One layer less"))  # fmt: skip
    more.click()
    wait(browser, lambda: state(browser).widths == (3, 4))
    browser.find_element(By.CSS_SELECTOR, "[aria-label='One unit less in layer 2']").click()
    wait(browser, lambda: state(browser).widths == (3, 3))
    browser.find_element(By.CSS_SELECTOR, "[aria-label='Activation of layer 2'] option[value=relu]").click()
    wait(browser, lambda: state(browser).activations == ("tanh", "relu"))
    for _ in range(2):
        count = len(state(browser).widths)
        fewer.click()
        wait(browser, lambda: len(state(browser).widths) == count - 1)  # noqa: B023
    assert fewer.get_property("disabled")


def test_a_click_sets_a_point_and_with_shift_erases_it(browser):
    before = 60
    plane = browser.find_element(By.ID, "plane")
    corner = plane.size["width"] * 2 // 5
    place = ActionChains(browser).move_to_element_with_offset(plane, corner, corner)
    browser.find_elements(By.CSS_SELECTOR, "[name=label]")[1].click()
    place.click().perform()
    wait(browser, lambda: len(state(browser).points) == before + 1)
    assert state(browser).data == "points"
    assert state(browser).points[-1][2] == 1
    ActionChains(browser).key_down(Keys.SHIFT).click().key_up(Keys.SHIFT).perform()
    wait(browser, lambda: len(state(browser).points) == before)


def test_the_keyboard_sets_and_erases_points(browser):
    plane = browser.find_element(By.ID, "plane")
    shown = pixels(browser, "plane")
    plane.send_keys(*[Keys.ARROW_LEFT] * 14, *[Keys.ARROW_DOWN] * 14)
    wait(browser, lambda: pixels(browser, "plane") != shown)
    plane.send_keys(Keys.ENTER)
    wait(browser, lambda: len(state(browser).points) == 61)
    plane.send_keys(Keys.DELETE)
    wait(browser, lambda: len(state(browser).points) == 60)
    assert text(browser, "status").startswith("Erased around")


def test_a_unit_that_is_pointed_at_is_shown_in_the_plane(browser):
    shown = pixels(browser, "plane")
    net = browser.find_element(By.ID, "net")
    ActionChains(browser).move_to_element(net).perform()
    wait(browser, lambda: text(browser, "plane-caption") == "The output of unit 2 in layer 1")
    wait(browser, lambda: pixels(browser, "plane") != shown)
    assert text(browser, "net-words").startswith("Layer 1, unit 2: weights ")
    ActionChains(browser).move_by_offset(0, -net.size["height"]).perform()
    wait(browser, lambda: pixels(browser, "plane") == shown)


def test_arrow_keys_go_from_unit_to_unit(browser):
    net = browser.find_element(By.ID, "net")
    net.send_keys(Keys.ARROW_DOWN)
    assert text(browser, "net-words").startswith("Layer 1, unit 2:")
    weights = Run(state(browser)).learners[0].net.weights[0][:, 1]
    assert f"{weights[0]:.3g}".replace("-", "−") in text(browser, "net-words")


def test_a_weight_is_set_by_hand(browser):
    ActionChains(browser).move_to_element(browser.find_element(By.ID, "net")).click().perform()
    weight, _, bias = browser.find_elements(By.CSS_SELECTOR, "#unit input")
    wait(browser, lambda: weight == browser.switch_to.active_element)
    before = drawn(browser)
    weight.send_keys(Keys.CONTROL + "a" + Keys.NULL + "2.5" + Keys.TAB)
    wait(browser, lambda: drawn(browser) > before)
    bias.send_keys(Keys.ESCAPE)
    assert browser.switch_to.active_element.get_attribute("id") == "net"
    browser.find_element(By.ID, "script").click()
    wait(browser, lambda: "2.5" in text(browser, "script-text"))


@pytest.fixture
def apart(browser):
    """The page with the second batch's step taken apart."""
    number = browser.find_element(By.ID, "apart-batch")
    number.clear()
    number.send_keys("2", Keys.ENTER)
    wait(browser, lambda: browser.find_elements(By.CSS_SELECTOR, "#apart > li"))
    return browser


def lit(browser, kind):
    """The places of the cells that are marked so: entry and side, array, row, column."""
    return browser.execute_script(
        "return [...document.querySelectorAll(`#apart td.${arguments[0]}`)].map(cell => cell.dataset.cell)", kind
    )


def test_a_step_taken_apart_shows_the_librarys_lines(apart):
    first = apart.find_element(By.CSS_SELECTOR, "#apart > li")
    assert first.find_element(By.TAG_NAME, "h3").text == "Layer 1, forward: the product"
    shown = first.find_element(By.CSS_SELECTOR, "pre").get_attribute("textContent")
    assert "self.transposed.dot(x, p.z)" in inspect.getsource(Layer.forward)
    assert "self.transposed.dot(x, p.z)" in shown
    assert first.find_elements(By.CSS_SELECTOR, "pre .k")
    net = Run(state(apart)).learners[0].net
    cells = [cell.text for cell in first.find_elements(By.CSS_SELECTOR, "table")[0].find_elements(By.TAG_NAME, "td")]
    assert len(cells) == 9
    assert float(cells[0].replace("−", "-")) == pytest.approx(float(net.weights[0][0, 0]), abs=0.006)


def test_a_number_that_is_pointed_at_marks_what_it_goes_into(apart):
    W, _, z = apart.find_elements(By.CSS_SELECTOR, "#apart > li:first-child table")
    cell = W.find_elements(By.TAG_NAME, "td")[1]
    ActionChains(apart).move_to_element(cell).perform()
    # W[0, 1] is multiplied with feature 0 of all samples, and the sums are unit 1's
    assert lit(apart, "at") == ["0 0 1"]
    assert lit(apart, "with") == [f"1 0 {sample}" for sample in range(5)]
    assert lit(apart, "to") == [f"2 1 {sample}" for sample in range(5)]
    ActionChains(apart).move_to_element(z.find_elements(By.TAG_NAME, "td")[5]).perform()
    # z[1, 0] comes from the weights of unit 1 and from sample 0, and goes on into the activation
    assert lit(apart, "from") == ["0 0 1", "0 1 1", "0 2 1", "1 0 0", "1 1 0", "1 2 0"]
    assert lit(apart, "at") == ["2 1 0", "3 1 0"]
    assert lit(apart, "to") == ["4 1 0"]
    assert text(apart, "flow").startswith("z[1, 0] = ")
    assert "goes on as z in 2" in text(apart, "flow")


def followed(browser, entry, array, cell=0):
    """Point at a number of an entry, counted from 1, and return what is said of it."""
    tables = browser.find_elements(By.CSS_SELECTOR, f"#apart > li:nth-child({entry}) table")
    ActionChains(browser).move_to_element(tables[array].find_elements(By.TAG_NAME, "td")[cell]).perform()
    return text(browser, "flow")


def taken_apart(browser, address, **chosen):
    opened(browser, address, link(**chosen))
    browser.find_element(By.ID, "take-apart").click()
    wait(browser, lambda: browser.find_elements(By.CSS_SELECTOR, "#apart > li"))
    return browser


def test_what_a_number_goes_into_is_counted_with_the_samples_that_are_not_shown(apart):
    assert followed(apart, 1, 0).endswith("goes into 20 of z")
    assert "comes from 20 of y; comes from 20 of p" in followed(apart, 4, 2)


def test_in_a_softmax_each_number_goes_into_all_classes_and_a_label_into_its_own(browser, served):
    taken_apart(browser, served[1], data="digits")
    assert followed(browser, 5, 0).endswith("goes into 1 of grad")
    assert followed(browser, 5, 1).endswith("goes into 10 of grad")


def test_a_number_alone_goes_into_every_update(browser, served):
    taken_apart(browser, served[1], optimizer="adam")
    last = len(browser.find_elements(By.CSS_SELECTOR, "#apart > li"))
    names = [name.text for name in browser.find_elements(
        By.CSS_SELECTOR, f"#apart > li:nth-child({last - 1}) .side:first-of-type .name")]  # fmt: skip
    assert "goes into 9 of update; goes into 4 of update" in followed(browser, last - 1, names.index("beta_1"))


def test_arrow_keys_go_through_an_array(apart):
    cell = apart.find_element(By.CSS_SELECTOR, "#apart td[tabindex='0']")
    cell.send_keys(Keys.ARROW_DOWN)
    assert lit(apart, "at") == ["0 1 0"]
    assert len(apart.find_elements(By.CSS_SELECTOR, "#apart > li:first-child table:first-child td[tabindex='0']")) >= 1


def test_a_link_restores_everything(chromium, served):
    chosen = State().changed({**FEW, "data": "circles", "optimizer": "adam", "features": ["x1", "product"], "l2": 0.01})
    opened(chromium, served[1], chosen.link())
    assert chromium.find_element(By.ID, "f-data").get_attribute("value") == "circles"
    assert [tick.get_attribute("value") for tick in chromium.find_elements(By.CSS_SELECTOR, "#features :checked")] == [
        "x1", "product"]  # fmt: skip


def test_a_link_that_is_pasted_restores_everything(browser):
    browser.execute_script("location.hash = arguments[0]", link(data="xor"))
    wait(browser, lambda: browser.find_element(By.ID, "f-data").get_attribute("value") == "xor")


def test_the_script_is_python_and_is_shown(browser):
    click(browser, "epoch")
    browser.find_element(By.ID, "script").click()
    dialog = browser.find_element(By.ID, "script-dialog")
    wait(browser, dialog.is_displayed)
    script = text(browser, "script-text")
    compile(script, "run.py", "exec")
    assert "npnet" in script
    ActionChains(browser).send_keys(Keys.ESCAPE).perform()
    wait(browser, lambda: not dialog.is_displayed())


def saved(browser, downloads, button, name):
    file = downloads / name
    file.unlink(missing_ok=True)
    browser.find_element(By.ID, button).click()
    wait(browser, lambda: file.is_file() and file.stat().st_size > 0)
    return file


def test_the_picture_is_an_svg_with_the_points_and_the_weights(browser, downloads):
    tree = ElementTree.parse(saved(browser, downloads, "svg", "npnet.svg")).getroot()
    kinds = [element.tag.partition("}")[2] for element in tree.iter()]
    train = round(60 * 0.7)
    assert kinds.count("circle") == train
    # The plane and the units, and as paths the test points, the weights and what the charts have
    assert kinds.count("image") == 1 + 3 + 1
    assert kinds.count("path") >= 60 - train + 2 * 3 + 3


def test_the_picture_is_a_png(browser, downloads):
    assert saved(browser, downloads, "png", "npnet.png").read_bytes().startswith(b"\x89PNG")


def test_the_model_file_predicts_what_the_page_shows(browser, downloads):
    click(browser, "epoch")
    run = Run(state(browser))
    run.epoch()
    net = MLP.load(saved(browser, downloads, "model", "net.safetensors"))
    assert (net.parameters == run.learners[0].net.parameters).all()


@pytest.mark.parametrize("code", language.LANGUAGES)
def test_each_walk_begins_with_its_choices_and_its_text(chromium, served, code):
    say = language.get(code)
    show(chromium, WIDE, "light")
    opened(chromium, served[1], say.page + link())
    options = chromium.find_elements(By.CSS_SELECTOR, "#walk option")[1:]
    assert len(options) == len(WALKS) >= 8
    for walk, option in zip(WALKS, options):
        option.click()
        wait(chromium, lambda: state(chromium) == walk.state)  # noqa: B023
        shown = text(chromium, "walk-text")
        assert all(say(sentence) in shown for sentence in (*walk.sentences, walk.question))


def test_a_walk_leads_to_the_next_one(browser):
    browser.find_elements(By.CSS_SELECTOR, "#walk option")[1].click()
    wait(browser, lambda: state(browser) == WALKS[0].state)
    browser.find_elements(By.CSS_SELECTOR, "#walk-text button")[1].click()
    wait(browser, lambda: state(browser) == WALKS[1].state)


def test_a_second_net_is_shown_beside_the_first(browser, downloads):
    open_details(browser)
    browser.find_element(By.CSS_SELECTOR, "#rival option[value=optimizer]").click()
    wait(browser, lambda: state(browser).rival == {"optimizer": "adam"})
    wait(browser, lambda: browser.find_element(By.ID, "figure-b").is_displayed())
    click(browser, "epoch")
    assert pixels(browser, "plane") != pixels(browser, "plane-b")
    assert text(browser, "caption-b").startswith("B: adam")
    first = pixels(browser, "net")
    browser.find_element(By.CSS_SELECTOR, "#which input[value=b]").click()
    wait(browser, lambda: pixels(browser, "net") != first)
    # The picture has the net that is shown, and says which it is
    written = " ".join(ElementTree.parse(saved(browser, downloads, "svg", "npnet.svg")).getroot().itertext())
    assert text(browser, "caption-b").partition("loss ")[2] in written
    assert all(name in written for name in ("A: sgd", "B: adam", "· B: adam"))


def test_many_nets_are_a_band(browser):
    before = pixels(browser, "loss-curve")
    open_details(browser)
    browser.find_element(By.ID, "f-members").send_keys(Keys.ARROW_RIGHT)
    wait(browser, lambda: state(browser).members == 5)
    click(browser, "epoch")
    assert pixels(browser, "loss-curve") != before
    assert "percentile" in text(browser, "curves-legend")
    assert text(browser, "plane-caption").startswith("The mean of all nets.")


def test_what_is_refused_is_said_and_the_form_goes_back(browser):
    seed = browser.find_element(By.ID, "f-seed")
    seed.send_keys(Keys.CONTROL + "a" + Keys.NULL + "-1", Keys.TAB)
    wait(browser, lambda: text(browser, "alert").startswith("seed: expected"))
    wait(browser, lambda: seed.get_property("value") == "0")


def test_of_a_click_that_is_refused_nobody_is_told_that_it_has_set_a_point(browser, served):
    opened(browser, served[1], link(data="circles", samples=1000))
    browser.find_element(By.ID, "plane").click()
    wait(browser, lambda: text(browser, "alert") == "points: expected a list of 0 to 500 elements, got 1001")
    assert text(browser, "status") == text(browser, "alert")


def test_where_there_is_no_point_none_is_erased(browser, served):
    opened(browser, served[1], link(data="points", points=[[-1, -1, 0], [1, 1, 1]]))
    before = text(browser, "status")
    plane = browser.find_element(By.ID, "plane")
    ActionChains(browser).key_down(Keys.SHIFT).click(plane).key_up(Keys.SHIFT).perform()
    assert text(browser, "status") == before


def test_numbers_show_the_loss_that_they_have_and_no_clicks(browser, served):
    opened(browser, served[1], link(data="hills"))
    assert browser.find_element(By.ID, "f-loss").get_property("value") == "mse"
    assert not browser.find_element(By.ID, "clicks").is_displayed()
    opened(browser, served[1], link(data="xor"))
    assert browser.find_element(By.ID, "f-loss").get_property("value") == "crossentropy"
    assert browser.find_element(By.ID, "clicks").is_displayed()


def test_a_second_tab_shows_the_same_run(browser, served):
    click(browser, "epoch")
    first = browser.current_window_handle
    browser.switch_to.new_window("tab")
    try:
        show(browser, WIDE, "light")
        browser.get(served[1])
        wait(browser, lambda: text(browser, "n-epoch") == "1")
        wait(browser, lambda: state(browser) == State.from_link(link()))
    finally:
        browser.close()
        browser.switch_to.window(first)


@pytest.mark.parametrize("code", language.LANGUAGES)
@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_nothing_is_wider_than_the_screen(chromium, served, code, width):
    show(chromium, width, "light")
    opened(chromium, served[1], language.get(code).page + link(widths=[16] * 6, rival={"optimizer": "adam"}))
    open_details(chromium)
    chromium.find_element(By.ID, "take-apart").click()
    wait(chromium, lambda: chromium.find_elements(By.CSS_SELECTOR, "#apart > li"))
    assert chromium.execute_script("return document.documentElement.scrollWidth") <= width


def test_on_a_phone_the_choices_fold_and_the_buttons_stay(chromium, served):
    show(chromium, NARROW, "light")
    opened(chromium, served[1], link())
    assert all(chromium.find_element(By.ID, name).is_displayed() for name in ("play", "epoch", "batch", "speed"))
    data = chromium.find_element(By.ID, "f-data")
    assert not data.is_displayed()
    chromium.find_element(By.CSS_SELECTOR, "#choices > summary").click()
    assert data.is_displayed()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_can_be_read(apart, scheme):
    show(apart, WIDE, scheme)
    open_details(apart)
    found = apart.execute_script(CONTRAST)
    assert len(found) > 200
    assert [(ratio, element) for ratio, element in found if ratio < 4.5] == []


def test_dark_is_dark_on_the_canvas_too(browser):
    light = pixels(browser, "loss-curve")
    show(browser, WIDE, "dark")
    wait(browser, lambda: pixels(browser, "loss-curve") != light)


def test_whatever_can_be_reached_has_a_name(apart):
    open_details(apart)
    nodes = apart.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    reached = [node for node in nodes if not node["ignored"] and any(
        one["name"] == "focusable" and one["value"].get("value") for one in node.get("properties", []))]  # fmt: skip
    assert len(reached) > 60
    unnamed = [node["role"]["value"] for node in reached if not node.get("name", {}).get("value", "").strip()]
    assert set(unnamed) <= {"RootWebArea", "generic", "main"}


def test_the_keyboard_trains(browser):
    focused = "return document.activeElement.id"
    browser.execute_script("document.querySelector('.skip').focus()")
    ActionChains(browser).send_keys(Keys.TAB, Keys.TAB).perform()
    assert browser.execute_script(focused) == "play"
    ActionChains(browser).send_keys(Keys.ENTER).perform()
    wait(browser, lambda: int(text(browser, "n-epoch")) > 0)
    ActionChains(browser).send_keys(Keys.ENTER).perform()
    wait(browser, lambda: text(browser, "play") == "Train")


def test_the_live_region_says_the_numbers(browser):
    click(browser, "epoch")
    wait(browser, lambda: text(browser, "status") == f"Epoch 1: loss {text(browser, 'n-loss')}, accuracy "
         f"{text(browser, 'n-accuracy')}.")  # fmt: skip


def test_whatever_is_done_at_random_nothing_fails(browser, served):
    browser.get_log("browser")
    browser.set_script_timeout(120)
    for seed in range(3):
        assert browser.execute_async_script(ACTIONS, 80, seed) == []
    assert browser.get_log("browser") == []
    assert served[0].poll() is None
    assert "ended" not in text(browser, "alert")


def test_the_names_of_a_file_stay_as_they_are(chromium, tmp_path):
    (tmp_path / "names.csv").write_text(
        "x1,beta,kind\n" + "".join(f"{i},{i % 7},{['rho', 'inside'][i % 2]}\n" for i in range(40))
    )
    command = [sys.executable, "-m", "npnet", "play", "--no-browser", "--data", str(tmp_path / "names.csv")]
    show(chromium, WIDE, "light")
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:
        chromium.get(re.search(r"http\S+", process.stdout.readline())[0] + "index.zh.html")
        wait(chromium, lambda: "beta" in text(chromium, "axes"))
        process.terminate()
    assert "x1" in text(chromium, "axes")
    assert {"rho", "inside"} <= set(text(chromium, "legend").split())
    assert {"rho", "inside"} <= set(text(chromium, "label-choices").split())
    columns = chromium.find_elements(By.CSS_SELECTOR, "#f-column-0 option")
    assert [option.text for option in columns] == ["x1", "beta"]


def test_classes_are_called_the_same_where_they_are_chosen_and_in_the_legend(browser, served):
    for data in ("dots", "xor", "digits"):
        opened(browser, served[1], link(data=data))
        count = {"dots": 2, "xor": 2, "digits": 10}[data]
        labels = [label.text for label in browser.find_elements(By.CSS_SELECTOR, "#label-choices label")]
        legend = [entry.text for entry in browser.find_elements(By.CSS_SELECTOR, "#legend > span")]
        assert labels[:count] == legend[:count]


def test_each_number_of_an_optimizer_has_a_name_in_words_or_as_a_letter():
    found = json.loads(re.search(r'id="texts">(.*?)</script>', page.files()["index.html"].decode(), re.DOTALL)[1])
    assert {number for name in OPTIMIZERS for number in declared(name)} <= set(found["names"])


def test_every_text_of_the_scripts_is_there():
    asked = {name for file, content in page.files().items() if file.endswith(".js")
             for name in re.findall(r'\bsay\("([^"]+)"', content.decode())}  # fmt: skip
    found = re.search(r'id="texts">(.*?)</script>', page.files()["index.html"].decode(), re.DOTALL)
    assert asked <= set(json.loads(found[1]))


def test_the_page_says_that_the_command_has_ended(chromium):
    command = [sys.executable, "-m", "npnet", "play", "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:
        chromium.get(re.search(r"http\S+", process.stdout.readline())[0])
        wait(chromium, lambda: drawn(chromium) > 0)
        process.terminate()
    wait(chromium, lambda: "ended" in text(chromium, "alert"))
    chromium.get("about:blank")
