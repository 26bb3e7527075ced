"""``npnet play``."""

import argparse
import asyncio
import sys
import threading
from pathlib import Path

from npnet import language
from npnet.language import Message

HELP = "a page on which npnet trains a small net in the plane, step by step"
DESCRIPTION = (
    "Open a page on which npnet trains a net on points of the plane, in this process: data, layers, optimizer and all "
    "its numbers can be changed while it runs, one step can be taken apart into npnet's own lines, and what was done "
    "can be taken away as a script, a link or a model file. It is served to this machine alone, to whoever has the "
    "address that is printed. Exit status: 0; 2 if the port is taken or DATA can't be read; 130 after Ctrl-C."
)
EXTRA = "play"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the port, the data, and what is opened."""
    parser.add_argument("--port", metavar="N", type=_port, default=0, help="the port (default: one that is free)")
    parser.add_argument("--data", metavar="FILE", type=Path, help="a CSV file with a header (.gz too), or a Parquet "
                        "file; the target is a column of classes, up to 10, or numbers, at first the last")  # fmt: skip
    parser.add_argument("--study", metavar="DIR", type=Path, default=Path("study"), help="the folder of the study's "
                        "page, to whose derivations lines link if it is there (default: study)")  # fmt: skip
    parser.add_argument("--no-browser", action="store_true", help="print the address only")
    parser.add_argument("--once", action="store_true", help="end when the last tab is closed")


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"expected a whole number from 0 to 65535, got {text!r}")
    return int(text)


def run(options: argparse.Namespace) -> int:
    """Serve the page until Ctrl-C."""
    # Here, so that help does not wait for them
    import webbrowser

    from npnet.play.player import Player
    from npnet.play.server import Play

    say = language.get(options.language)

    def started(address: str) -> None:
        print(say(Message("The page: {place}", place=address)), flush=True)
        if not options.no_browser:
            # A browser of the terminal comes back when it is left
            threading.Thread(target=webbrowser.open, args=[address], daemon=True).start()

    try:
        asyncio.run(Play(Player(options.data, say, options.study), options.port, options.once).run(started))
    except (OSError, ValueError) as error:
        told = error.strerror or str(error) if isinstance(error, OSError) else str(error)
        if isinstance(error, OSError) and error.filename:
            told = f"{error.filename}: {told}"
        print(f"npnet play: {told}", file=sys.stderr)
        return 2
    return 0
