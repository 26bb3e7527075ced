import re
from pathlib import Path

import pytest
from pygments.styles import get_style_by_name

import npnet.study
from npnet.study import highlighting

STYLE = (Path(npnet.study.__file__).parent / "templates" / "colours.css").read_text(encoding="utf-8")


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first, second):
    """The ratio that the Web Content Accessibility Guidelines 2.1 define; text should have 4.5."""
    dark, light = sorted((luminance(first), luminance(second)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast():
    assert contrast("000000", "ffffff") == pytest.approx(21)


@pytest.mark.parametrize(("scheme", "place"), [("light", 0), ("dark", 1)])
def test_every_colour_of_code_can_be_read(scheme, place):
    panel = re.findall(r"--panel: #([0-9a-f]{6})", STYLE)[place]
    for token, look in get_style_by_name(highlighting.STYLES[scheme]):
        # Generic tokens are of other languages than Python
        if look["color"] and token[:1] not in (("Error",), ("Generic",)):
            assert contrast(look["color"], panel) >= 4.5, token


def test_code_is_only_wrapped_in_spans():
    assert highlighting.python("x = 1\n") == (
        '<span class="line"><span class="n">x</span> <span class="o">=</span> <span class="mi">1</span>\n</span>'
    )
    assert "&lt;" in highlighting.python("a < b")


def test_each_line_knows_its_indentation_and_is_copied_with_its_line_break():
    code = 'if a:\n\n    b = """c\n  d"""'
    shown = highlighting.python(code)
    assert re.findall(r'class="line"(?: style="--indent: (\d)ch")?', shown) == ["", "", "4", "2"]
    assert re.sub(r"<[^>]*>", "", shown).replace("&quot;", '"') == code + "\n"


def test_names_lead_to_their_definition_but_methods_and_parts_of_names_do_not():
    shown = highlighting.python("flat(net.flat, flatter)", {"flat": "#helper-flat"})
    assert shown.count("<a ") == 1
    assert shown.startswith('<span class="line"><a href="#helper-flat"><span class="n">flat</span></a>')
