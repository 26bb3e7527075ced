"""Formulas are set as in a book, in Chromium: measured by boxes, and where these do not tell, by pixels."""

import base64
import io
import math
from pathlib import Path
from typing import NamedTuple

import jinja2
import numpy as np
import pytest
from PIL import Image

from npnet.study import fonts
from npnet.study.mathematics import mathml
from tests.study.browser import NARROW, WIDE, needs_chromium, open_details, show

pytestmark = needs_chromium
FAULTS = Path(__file__).with_name("formulas.js").read_text(encoding="utf-8")
# Brackets, roots, sums, bars, primes and names as the page has them, and some that somebody may write tomorrow
HARD = [
    r"\mathrm{lr}_0 \cdot \bigl(r^{1/s}\bigr)^e",
    r"E\Bigl[\Bigl(\sum_i w_i x_i\Bigr)^2\Bigr]",
    r"\overline{\Bigl(\sum_i w_i x_i\Bigr)^2}",
    r"\Bigl(\frac{a}{b}\Bigr)_i + \Bigl[\frac{a}{b}\Bigr]_i^2",
    r"\left(\frac{a}{b}\right)^2",
    r"f'(x) + \sigma'(z) + f_l'(z_l)",
    r"y \ln p + (1-y) \ln(1-p)",
    r"2 \exp\Bigl(\frac es \ln r\Bigr) \max(z, 0) \tanh z",
    r"\sqrt{2/d} \cdot \sqrt{\overline{g^2}_t + \epsilon}",
    r"\frac{\sum_{\sigma \le \tau} \rho^{\tau-\sigma} g_\sigma^2}{\sum_{\sigma \le \tau} \rho^{\tau-\sigma}}",
    r"\sum_{t=1}^n \prod_i \bar g_t \hat V_t",
    r"\mathbf{W}^T \mathbf{1} \in \mathbb{R}^{n \times m}",
    r"\begin{cases} z & \text{if } z > 0 \\ \alpha z & \text{else} \end{cases}",
    r"\underbrace{a + b}_{c} \underline{abc}",
]


@pytest.fixture
def sheet(chromium, tmp_path):
    """Return a function that opens formulas on a page of their own, in the study's style."""
    templates = jinja2.Environment(loader=jinja2.PackageLoader("npnet.study", "templates"))
    style = templates.get_template("style.css").render(mathematics_font=fonts.face())

    def sheet(*formulas):
        show(chromium, WIDE, "light")
        lines = "".join(f'<div class="formula scroll">{mathml(formula, block=True)}</div>' for formula in formulas)
        file = tmp_path / "sheet.html"
        file.write_text(
            f"<!doctype html><meta charset=utf-8><style>{style}</style><main>{lines}</main>", encoding="utf-8"
        )
        chromium.get(file.as_uri())
        return chromium

    return sheet


def faults(browser):
    browser.execute_async_script("document.fonts.ready.then(arguments[0])")
    return browser.execute_script(FAULTS)


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_no_formula_of_the_page_is_set_wrong(browser, width):
    show(browser, width, "light")
    open_details(browser)
    assert faults(browser) == []


def test_no_hard_formula_is_set_wrong(sheet):
    assert faults(sheet(*HARD)) == []


def style(rules):
    return f"document.head.append(Object.assign(document.createElement('style'), {{textContent: `{rules}`}}))"


NO_FONT = style("math { font-family: monospace }")
NO_ROW = "for (const row of document.querySelectorAll('msup > mrow')) row.replaceWith(...row.children)"
NO_SPACES = "for (const space of document.querySelectorAll('mspace, mo[lspace]')) space.remove()"


@pytest.mark.parametrize(
    ("check", "formula", "change"),
    [
        ("command", "y", "document.querySelector('mi').textContent = '\\\\tanhh'"),
        ("command", "y", "document.querySelector('mi').outerHTML = '<merror><mi>y</mi></merror>'"),
        ("bracket", r"\bigl(y\bigr)^2", NO_ROW),
        ("bracket", "(y)", style("mo:last-child { font-size: 2em }")),
        ("size", r"\Bigl(y\Bigr)", NO_FONT),
        ("space", r"\ln y", NO_SPACES),
        ("space", r"y \ln(y)", NO_SPACES),
        ("space", r"\max(y, 0)", style("mi { padding-right: .3em }")),
        ("sum", r"\sum_i y_i", NO_FONT),
        ("sum", r"\sum y", NO_FONT),
        ("room", r"\sqrt y", style("msqrt { padding-right: .4em }")),
        ("room", "y / 2", style("mo { padding-right: .6em }")),
        ("name", "lr_0", ""),
        ("cut", r"\frac12", style(".formula { height: 1em }")),
        ("cut", "y", style("math { display: none }")),
    ],
)
def test_each_check_can_fail(sheet, check, formula, change):
    browser = sheet(formula)
    browser.execute_script(change)
    assert check in {found for found, _, _ in faults(browser)}


# A copy of a formula in the corner of the screen, of which only one element is shown, or only its own border
ALONE = """
const [element, withParts] = arguments;
document.querySelector("#alone")?.remove();
scrollTo({top: 0, behavior: "instant"});
element.classList.add("alone");
const math = element.closest("math");
const sheet = Object.assign(document.createElement("div"), {id: "alone"});
const style = document.createElement("style");
style.textContent = "#alone math, #alone math * { visibility: hidden } #alone math .alone { visibility: visible }"
  + (withParts ? "#alone math .alone * { visibility: visible }" : "");
const copy = math.cloneNode(true);
sheet.append(style, copy);
element.classList.remove("alone");
const {fontSize} = getComputedStyle(math.parentElement);
sheet.style = "position: fixed; inset: 0 auto auto 0; z-index: 9; padding: 1rem; background: Canvas";
sheet.style.fontSize = fontSize;
document.body.append(sheet);
const {left, top, width, height} = copy.getBoundingClientRect();
return [parseFloat(getComputedStyle(copy).fontSize), {x: left, y: top, width, height, scale: 4}];
"""
FIND = """
document.querySelector("#alone")?.remove();
return [...document.querySelectorAll("{tags}")].filter(e => /[{last}]/.test(e.lastElementChild.textContent));
"""
BARS = FIND.format(tags="mover", last="‾\\u0332")
PRIMES = FIND.format(tags="msup, msubsup", last="′")


class Ink(NamedTuple):
    """The edges of what an element paints, in em from its formula's corner; NaN if it paints nothing."""

    left: float
    top: float
    right: float
    bottom: float


def ink(browser, element, with_parts=True):
    em, clip = browser.execute_script(ALONE, element, with_parts)
    shot = browser.execute_cdp_cmd("Page.captureScreenshot", {"clip": clip})
    painted = np.asarray(Image.open(io.BytesIO(base64.b64decode(shot["data"]))).convert("L")) < 140
    if not painted.any():
        return Ink(*[math.nan] * 4)
    rows, columns = (np.flatnonzero(painted.any(axis)) for axis in (1, 0))
    return Ink(*(edge / clip["scale"] / em for edge in (columns[0], rows[0], columns[-1] + 1, rows[-1] + 1)))


def bars_out_of_place(browser):
    """Return the bars that do not lie above all that they belong to."""
    found = []
    for over in browser.execute_script(BARS):
        base, bar = ink(browser, over.find_element("xpath", "*")), ink(browser, over, with_parts=False)
        if not (bar.left < base.left + 0.1 and bar.right > base.right - 0.1 and 0 < base.top - bar.bottom < 0.3):
            found.append((over.text, base, bar))
    return found


def primes_out_of_place(browser):
    """Return the primes that do not reach down beside their letter."""
    found = []
    for power in browser.execute_script(PRIMES):
        parts = power.find_elements("xpath", "*")
        letter, prime = (ink(browser, part) for part in (parts[0], parts[-1]))
        if not letter.top + 0.05 < prime.bottom < letter.bottom:
            found.append((power.text, letter, prime))
    return found


@pytest.mark.parametrize("width", [NARROW, WIDE])
@pytest.mark.parametrize(("script", "misplaced"), [(BARS, bars_out_of_place), (PRIMES, primes_out_of_place)])
def test_bars_and_primes_are_in_place(browser, width, script, misplaced):
    show(browser, width, "light")
    open_details(browser)
    assert len(browser.execute_script(script)) > 3
    assert misplaced(browser) == []


@pytest.mark.parametrize(
    ("formula", "misplaced", "change"),
    [
        (r"\overline{abc}", bars_out_of_place, "document.querySelector('.bar').classList.remove('bar')"),
        (r"\overline{abc}", bars_out_of_place, style("mover { padding: 1em !important }")),
        (r"\sigma'(z)", primes_out_of_place, style("mo { font-feature-settings: normal !important }")),
    ],
)
def test_a_bar_and_a_prime_out_of_place_is_found(sheet, formula, misplaced, change):
    browser = sheet(formula)
    assert misplaced(browser) == []
    browser.execute_script(change)
    assert len(misplaced(browser)) == 1


# Chinese words have the reader's fonts
ONE_OF_EACH = r"""
const seen = new Set();
for (const leaf of document.querySelectorAll("math :is(mi, mo, mn, mtext)")) {
  const text = leaf.textContent;
  leaf.toggleAttribute("data-first", !/\p{Script=Han}/u.test(text) && !seen.has(text) && Boolean(seen.add(text)));
}
"""


def families(browser):
    """Return the fonts that formulas are drawn with."""
    browser.execute_script(ONE_OF_EACH)
    for domain in ("DOM", "CSS"):
        browser.execute_cdp_cmd(f"{domain}.enable", {})
    root = browser.execute_cdp_cmd("DOM.getDocument", {})["root"]["nodeId"]
    nodes = browser.execute_cdp_cmd("DOM.querySelectorAll", {"nodeId": root, "selector": "[data-first]"})
    return {
        font["familyName"]
        for node in nodes["nodeIds"]
        for font in browser.execute_cdp_cmd("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
    }


def test_every_character_is_of_the_pages_font(browser):
    open_details(browser)
    assert families(browser) == {fonts.FAMILY}


def test_a_character_that_the_font_lacks_is_found(sheet):
    assert families(sheet(r"\text{ж}")) not in (set(), {fonts.FAMILY})
