"""A reference takes the place of the one before when it is whole, and of nothing else."""

import os

import pytest

from npnet.study.api import building, pages


@pytest.fixture
def sources(monkeypatch):
    """Return a function that changes what is built."""

    def change(text):
        monkeypatch.setattr(pages, "sources", lambda: {"index.rst": f"Title\n=====\n\n{text}\n"})

    change(":math:`y^2`")
    return change


def everything(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_new_reference_replaces_the_one_before(sources, tmp_path):
    out = tmp_path / "api"
    assert building.build(out) == []
    (out / "old.html").write_text("")
    sources("Another text.")
    assert building.build(out) == []
    assert "Another text." in (out / "index.html").read_text(encoding="utf-8")
    assert not (out / "old.html").exists()
    assert list(tmp_path.iterdir()) == [out]


@pytest.mark.parametrize(
    ("text", "warning"),
    [(r":math:`\tanhh y`", r"Unknown command"), ("A *word", "Inline emphasis start-string"), (":py:fun:`x`", "py:fun")],
)
def test_what_sphinx_warns_of_is_returned_and_nothing_replaced(text, warning, sources, tmp_path):
    building.build(tmp_path / "api")
    before = everything(tmp_path)
    sources(text)
    found = building.build(tmp_path / "api")
    assert warning in "\n".join(found)
    assert found[0].startswith("index.rst:4: ")
    assert everything(tmp_path) == before


def test_other_files_are_not_replaced(sources, tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(FileExistsError, match="Holds other files"):
        building.build(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_file_is_no_folder(sources, tmp_path):
    (tmp_path / "api").write_text("")
    with pytest.raises(NotADirectoryError):
        building.build(tmp_path / "api")


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError])
def test_when_the_last_move_fails_the_one_before_is_back(error, sources, tmp_path, monkeypatch):
    out = tmp_path / "api"
    building.build(out)
    before = everything(tmp_path)
    move = os.replace

    def fail(source, target):
        if source.name == "html":
            raise error
        move(source, target)

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(error):
        building.build(out)
    assert everything(tmp_path) == before
