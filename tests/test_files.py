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


def test_a_folder_in_place_of_the_file_is_named(tmp_path):
    (tmp_path / "page.html").mkdir()
    with pytest.raises(IsADirectoryError) as caught:
        files.write(tmp_path / "page.html", "new")
    assert caught.value.filename == str(tmp_path / "page.html")
    assert [file.name for file in tmp_path.iterdir()] == ["page.html"]
