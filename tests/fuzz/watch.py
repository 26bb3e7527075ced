"""Nothing in a file is run: what starts processes, connections or code is noticed by Python's audit events."""

import contextlib
import sys
import typing

EVENTS = (
    "compile", "exec", "ctypes.dlopen", "marshal.loads", "pickle.find_class", "os.exec", "os.fork", "os.forkpty",
    "os.posix_spawn", "os.spawn", "os.system", "subprocess.Popen", "socket.connect", "socket.getaddrinfo",
)  # fmt: skip
TRUSTED = ("<frozen importlib", typing.__file__)
"""Where code is run that is no file's: modules that are imported, and the annotations of ours."""

_watched = False


class Executed(BaseException):
    """Something was run; no handler of errors takes it for one."""


@contextlib.contextmanager
def watching():
    """Raise Executed where something is run. Modules of npnet, of what it needs and of Python may be imported."""
    global _watched
    _add_hook()
    _watched = True
    try:
        yield
    finally:
        _watched = False


def _add_hook(added=[]):  # noqa: B006 (a hook can't be removed, and is added once)
    if not added:
        sys.addaudithook(_hook)
        added.append(True)


def _hook(event, arguments):
    if not _watched:
        return
    if event == "import":
        top = arguments[0].partition(".")[0]
        if top not in sys.stdlib_module_names and top not in sys.modules:
            raise Executed(f"import {arguments[0]}")
    elif event in EVENTS and not _is_trusted(sys._getframe(1)):
        raise Executed(f"{event}{arguments!r:.200}")


def _is_trusted(frame):
    while frame is not None:
        if frame.f_code.co_filename.startswith(TRUSTED):
            return True
        frame = frame.f_back
    return False
