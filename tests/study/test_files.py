import pytest

from npnet.study import files


def test_a_file_gets_its_name_only_when_it_is_whole(monkeypatch, tmp_path):
    path = tmp_path / "page.html"
    files.write(path, "old")

    def fail(*_):
        raise OSError("disk full")

    monkeypatch.setattr("os.replace", fail)
    with pytest.raises(OSError, match="disk full"):
        files.write(path, "new")
    assert path.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["page.html"]
