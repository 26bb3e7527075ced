"""The font of formulas is what its script makes: fitted, with its license, and all that formulas need."""

import base64
import copy
import re
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from npnet.study import fonts
from npnet.study.fonts import fitting

FOLDER = Path(fonts.__file__).parent
BRACKETS = "()[]{}"


@pytest.fixture
def font():
    return TTFont(FOLDER / "math.woff2")


def heights(font, character):
    """Return the heights of a character's variants, in em."""
    return [record.AdvanceMeasurement / font["head"].unitsPerEm for record in records(font, character)]


def records(font, character):
    variants = font["MATH"].table.MathVariants
    place = variants.VertGlyphCoverage.glyphs.index(font.getBestCmap()[ord(character)])
    return variants.VertGlyphConstruction[place].MathGlyphVariantRecord


def widths(font, character):
    return {font["hmtx"][record.VariantGlyph][0] for record in records(font, character)}


def test_the_style_sheets_rule_carries_the_file():
    (data,) = re.findall('base64,([^"]+)"', fonts.face())
    assert base64.b64decode(data) == (FOLDER / "math.woff2").read_bytes()
    assert len(data) < 60_000


def test_the_license_is_in_the_font_and_beside_it(font):
    assert font["name"].getDebugName(0).startswith("Copyright")
    assert "SIL Open Font License, Version 1.1" in font["name"].getDebugName(13)
    text = (FOLDER / "OFL.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in text
    # A changed font must not have the reserved name
    assert {font["name"].getDebugName(number) for number in (1, 4)} == {fonts.FAMILY}
    assert "TM Math" in text and "TM" not in fonts.FAMILY


def test_it_has_the_characters_of_formulas(font):
    missing = set(fitting.CHARACTERS) - set(font.getBestCmap())
    # In Greek's block and in the italics some places are empty: h is ℎ
    assert missing == {0x3A2, 0x1D455}


def test_brackets_and_slashes_have_no_variant_that_takes_room_for_nothing(font):
    assert all(2 < max(heights(font, bracket)) <= fitting.TALLEST for bracket in BRACKETS)
    assert max(heights(font, "/")) <= fitting.TALLEST_SLASH
    assert max(heights(font, "√")) > 2
    assert len(widths(font, "√")) == 1
    # Those of sums and integrals are used where they are
    assert max(heights(font, "∑")) > 1.25


def test_fitting_takes_away_what_does_not_fit(font):
    tall = copy.deepcopy(records(font, "(")[-1])
    tall.AdvanceMeasurement = 3 * font["head"].unitsPerEm
    records(font, "(").append(tall)
    root = records(font, "√")[-1].VariantGlyph
    width, left = font["hmtx"][root]
    font["hmtx"][root] = (2 * width, left)
    fitting.fit(font)
    assert max(heights(font, "(")) <= fitting.TALLEST
    assert widths(font, "√") == {width}


def test_it_has_primes_for_superscripts(font):
    features = {record.FeatureTag for record in font["GSUB"].table.FeatureList.FeatureRecord}
    assert "ss04" in features
