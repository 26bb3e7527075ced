r"""Make the font of the page's formulas from STIX Two Math, whose license allows it.

Chromium gives a root, and an operator that is stretched, the width of the widest variant that the font's table of
mathematics has, not of the one that is drawn. Therefore

- brackets keep the variants up to 2.5 em, a slash those up to 1.3 em, without an assembly of parts beyond them;
- a root's variants are all as wide as the smallest one, and keep a greater distance from what is under their bar.

The font keeps the stylistic set 4, whose primes are not raised a second time as superscripts.

    python -m npnet.study.fonts.fitting STIXTwoMath-Regular.ttf
"""

import sys
from pathlib import Path
from typing import Any

from fontTools.subset import Options, Subsetter, load_font, save_font
from fontTools.ttLib import TTFont

from npnet.study.fonts import FAMILY

CHARACTERS = [
    *range(0x20, 0x7F),
    # Greek; italic and bold Latin; italic Greek; bold digits
    *range(0x391, 0x3CA),
    *range(0x1D400, 0x1D468),
    *range(0x1D6E2, 0x1D71C),
    *range(0x1D7CE, 0x1D7D8),
    *map(ord, "\u00a0ℎℝℕ𝔼ϕϵϑϱ+−=<>≤≥≠≈≡∼∝·⋅∘×÷±∈∉∀∃∅∞←→⇒⇔↦…⋯⋮√∑∏∫∂∇′″‴’⌈⌉"),
    # Accents and bars as combining marks, as spaces with a mark, and alone; braces that lie; the function's application
    *map(ord, "\u0302\u0303\u0304\u0305\u0332\u02c6\u02dc\u00af\u203e\u23de\u23df\u2061"),
]
# Sizes in em
TALLEST, TALLEST_SLASH, TALLEST_ROOT = 2.5, 1.3, 3.0
ROOT_GAP, DISPLAYED_ROOT_GAP = 0.14, 0.18


def make(source: str) -> TTFont:
    """Return the fitted part of STIX Two Math.

    Parameters
    ----------
    source : str
        The whole font's file.
    """
    options = Options(layout_features=["ss04"], hinting=False, name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14])
    font = load_font(source, options)
    fit(font)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=CHARACTERS)
    subsetter.subset(font)
    rename(font)
    return font


def fit(font: TTFont) -> None:
    """Fit the variants of brackets, slashes and roots, in place."""
    em, names, table = font["head"].unitsPerEm, font.getBestCmap(), font["MATH"].table
    table.MathConstants.RadicalVerticalGap.Value = round(ROOT_GAP * em)
    table.MathConstants.RadicalDisplayStyleVerticalGap.Value = round(DISPLAYED_ROOT_GAP * em)
    root, slash = names[ord("√")], names[ord("/")]
    tallest = {root: TALLEST_ROOT, slash: TALLEST_SLASH, **dict.fromkeys((names[ord(c)] for c in "∑∏∫"), float("inf"))}
    variants = table.MathVariants
    constructions = dict(zip(variants.VertGlyphCoverage.glyphs, variants.VertGlyphConstruction))
    for name, construction in constructions.items():
        _shorten(construction, tallest.get(name, TALLEST) * em)
    constructions[root].GlyphAssembly = None
    for record in constructions[root].MathGlyphVariantRecord:
        _narrow(font, record.VariantGlyph, font["hmtx"][root][0])


def _shorten(construction: Any, limit: float) -> None:
    records = construction.MathGlyphVariantRecord
    kept = [record for record in records if record.AdvanceMeasurement <= limit]
    if 0 < len(kept) < len(records):
        construction.MathGlyphVariantRecord, construction.VariantCount = kept, len(kept)
        construction.GlyphAssembly = None


def _narrow(font: TTFont, name: str, width: int) -> None:
    glyph = font["glyf"][name]
    glyph.coordinates.scale((width / font["hmtx"][name][0], 1))
    glyph.coordinates.toInt()
    glyph.recalcBounds(font["glyf"])
    font["hmtx"][name] = (width, glyph.xMin)


def rename(font: TTFont) -> None:
    """Give a changed font a name of its own, in place."""
    for number, text in {1: FAMILY, 3: FAMILY, 4: FAMILY, 6: FAMILY.replace(" ", "")}.items():
        font["name"].setName(text, number, 3, 1, 0x409)


if __name__ == "__main__":
    save_font(make(sys.argv[1]), str(Path(__file__).with_name("math.woff2")), Options(flavor="woff2"))
