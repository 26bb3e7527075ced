import os
import signal
import threading

import pytest

from npnet import files


def test_a_file_gets_its_name_only_when_it_is_whole(monkeypatch, tmp_path):
    path = tmp_path / "page.html"
    files.write(path, "old")

    def fail(*_):
        raise OSError("disk full")

    monkeypatch.setattr("os.replace", fail)
    with pytest.raises(OSError, match="disk full") as caught:
        files.write(path, "new")
    assert caught.value.filename == str(path)
    assert path.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["page.html"]


@pytest.mark.parametrize("presses", [1, 2])
def test_ctrl_c_comes_when_the_file_is_whole(monkeypatch, tmp_path, presses):
    # A shell that has started the tests in the background has it ignored
    replace, before = os.replace, signal.signal(signal.SIGINT, signal.default_int_handler)

    def press(*names):
        for _ in range(presses):
            signal.raise_signal(signal.SIGINT)
        replace(*names)

    monkeypatch.setattr(os, "replace", press)
    try:
        with pytest.raises(KeyboardInterrupt):
            files.write(tmp_path / "page.html", "whole")
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("page.html", "whole")]


def test_ctrl_c_that_is_ignored_stays_so(monkeypatch, tmp_path):
    replace, before = os.replace, signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        monkeypatch.setattr(os, "replace", lambda *names: (signal.raise_signal(signal.SIGINT), replace(*names)))
        files.write(tmp_path / "page.html", "whole")
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)
    assert (tmp_path / "page.html").read_text() == "whole"


def test_another_thread_writes_too(tmp_path):
    thread = threading.Thread(target=files.write, args=(tmp_path / "page.html", "whole"))
    thread.start()
    thread.join()
    assert (tmp_path / "page.html").read_text() == "whole"


def test_a_folder_in_place_of_the_file_is_named(tmp_path):
    (tmp_path / "page.html").mkdir()
    with pytest.raises(IsADirectoryError) as caught:
        files.write(tmp_path / "page.html", "new")
    assert caught.value.filename == str(tmp_path / "page.html")
    assert [file.name for file in tmp_path.iterdir()] == ["page.html"]


def test_a_durable_file_is_synced_read_back_and_then_named(monkeypatch, tmp_path):
    told = []
    for name in ("fsync", "replace"):
        act = getattr(os, name)
        monkeypatch.setattr(f"os.{name}", lambda *a, name=name, act=act: told.append(name) or act(*a))
    files.write(tmp_path / "net", b"1" * (files.CHUNK + 5), durable=True)
    assert (tmp_path / "net").stat().st_size == files.CHUNK + 5
    # The file's content is on the disk before it has its name, and its name then
    assert told == ["fsync", "replace", "fsync"][: 3 if os.name == "posix" else 2]


def test_a_file_that_is_read_back_as_another_one_does_not_get_its_name(monkeypatch, tmp_path):
    path = tmp_path / "net"
    files.write(path, b"old", durable=True)
    monkeypatch.setattr("os.fsync", lambda descriptor: os.pwrite(descriptor, b"?", 1))
    with pytest.raises(OSError, match="what is read back is not what was written") as caught:
        files.write(path, b"new", durable=True)
    assert caught.value.filename == str(path)
    monkeypatch.setattr("os.fsync", lambda descriptor: os.ftruncate(descriptor, 2))
    with pytest.raises(OSError, match="what is read back"):
        files.write(path, b"new", durable=True)
    assert path.read_bytes() == b"old"
    assert [file.name for file in tmp_path.iterdir()] == ["net"]


def test_what_a_killed_writer_left_is_removed_and_nothing_else(monkeypatch, tmp_path):
    keep = [".net.bak", ".other.abcd_123.part", "net", "net.part", ".net.ABCD_123.part", ".netX.abcd_123.part"]
    for name in [*keep, ".net.abcd_123.part"]:
        (tmp_path / name).write_text("x")
    files.clear(tmp_path / "net")
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted(keep)
    files.clear(tmp_path / "no folder" / "net")
    # Such as one that is killed before the file has its name
    monkeypatch.setattr("os.unlink", lambda path: None)
    monkeypatch.setattr("os.replace", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        files.write(tmp_path / "net", "new")
    monkeypatch.undo()
    assert len(list(tmp_path.iterdir())) == len(keep) + 1
    files.clear(tmp_path / "net")
    assert len(list(tmp_path.iterdir())) == len(keep)


@pytest.mark.skipif(os.name != "posix", reason="there is no umask")
def test_a_files_mode_is_what_the_umask_says(tmp_path):
    before = os.umask(0o027)
    try:
        files.write(tmp_path / "net", b"", durable=True)
    finally:
        os.umask(before)
    assert (tmp_path / "net").stat().st_mode & 0o777 == 0o640


def test_a_file_that_can_be_written_leaves_nothing_behind_when_that_is_checked(tmp_path):
    files.check_writable(tmp_path / "new" / "folder" / "page.html")
    (tmp_path / "page.html").touch()
    files.check_writable(tmp_path / "page.html")
    assert [file.name for file in tmp_path.iterdir()] == ["page.html"]


def test_what_can_not_be_written_is_named_before_the_work(tmp_path):
    (tmp_path / "file").touch()
    for path, raised in ((tmp_path, IsADirectoryError), (tmp_path / "file" / "page.html", NotADirectoryError)):
        with pytest.raises(raised) as caught:
            files.check_writable(path)
        assert caught.value.filename == str(path)
