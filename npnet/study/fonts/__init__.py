"""The font of the page's formulas, which `fitting` has made from STIX Two Math."""

import base64
from importlib import resources

FAMILY = "npnet Math"
"""The name by which style sheets ask for it."""


def face() -> str:
    """Return the rule of a style sheet that carries the font, with its license's notice.

    Examples
    --------
    >>> "SIL Open Font License" in face(), 'font-family: "npnet Math"' in face()
    (True, True)
    """
    font = resources.files(__name__).joinpath("math.woff2").read_bytes()
    return (
        "/* A part of STIX Two Math, copyright 2001-2021 The STIX Fonts Project Authors "
        "(https://github.com/stipub/stixfonts), under the SIL Open Font License 1.1 (https://openfontlicense.org) */\n"
        f'@font-face {{ font-family: "{FAMILY}"; '
        f'src: url("data:font/woff2;base64,{base64.b64encode(font).decode()}") format("woff2"); }}'
    )
