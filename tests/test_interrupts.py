"""Ctrl-C that is held back, and that comes again."""

import signal
import subprocess
import sys
import threading
import time

import pytest

from npnet import _interrupts
from npnet._interrupts import deadly, held, insistent


def pressed():
    signal.raise_signal(signal.SIGINT)


@pytest.fixture(autouse=True)
def handler():
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def soon(monkeypatch):
    monkeypatch.setattr(_interrupts, "LATER", 0.01)


def test_what_is_held_comes_at_the_end_once():
    done = []
    with pytest.raises(KeyboardInterrupt), held():
        pressed()
        pressed()
        done.append(1)
    assert done == [1]
    with held():
        pass


def test_what_is_held_inside_comes_at_the_end_of_all():
    done = []
    with pytest.raises(KeyboardInterrupt), held():
        with held():
            pressed()
        done.append(1)
    assert done == [1]


def test_an_error_is_not_held():
    with pytest.raises(KeyError), held():
        raise KeyError


def test_what_is_ignored_stays_ignored():
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with held():
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
        pressed()
    with insistent(), deadly():
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    signal.signal(signal.SIGINT, signal.default_int_handler)


def test_one_that_is_deadly_ends_the_process_at_once_and_later_ones_do_not():
    code = """if True:
        import signal
        from npnet._interrupts import deadly
        with deadly():
            pass
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt:
            print("caught", flush=True)
        with deadly():
            try:
                signal.raise_signal(signal.SIGINT)
            except KeyboardInterrupt:
                print("caught too")
    """
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (-signal.SIGINT, "caught\n", "")


def test_other_threads_leave_the_signal_to_the_first():
    found = []

    def other():
        for manager in (held, insistent, deadly):
            with manager():
                found.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=other)
    thread.start()
    thread.join()
    assert found == [signal.default_int_handler] * 3


def test_an_interrupt_that_is_lost_comes_again(soon):
    lost = []

    def lose(work):
        try:
            work()
        except KeyboardInterrupt as interrupt:
            lost.append(interrupt)

    with pytest.raises(KeyboardInterrupt), insistent():
        lose(pressed)
        lose(lambda: time.sleep(10))
        # The one that comes for the last one lost
        time.sleep(10)
    assert len(lost) == 2


def test_where_no_thread_can_be_started_it_comes_once(monkeypatch):
    def failing(seconds):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(_interrupts, "again", failing)
    with pytest.raises(KeyboardInterrupt), insistent():
        pressed()


def test_one_that_has_ended_a_block_comes_no_more(soon):
    with pytest.raises(KeyboardInterrupt), insistent():
        pressed()
    time.sleep(0.1)
