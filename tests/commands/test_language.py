"""``--language``: what the commands print in Chinese."""

import re

import pytest

from npnet import cli, study
from npnet.language import get


@pytest.mark.parametrize(
    "arguments",
    [
        ["derive"],
        ["derive", "sigmoid"],
        ["claims"],
        ["claims", "softmax-cross-entropy", "--seeds", "10"],
        ["errata"],
        ["errata", "mse-gradient"],
    ],
    ids=" ".join,
)
def test_all_that_is_said_is_chinese(capsys, arguments):
    assert cli.main([*arguments, "--language", "zh"]) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    assert len(re.findall("[一-鿿]", printed.out)) > 40
    assert not re.search(r"(?<!-)\b(the|of|is|with|and|a)\b(?!-)", printed.out)


def test_english_is_what_is_printed_unless_asked(capsys):
    cli.main(["errata", "mse-gradient"])
    english = capsys.readouterr().out
    cli.main(["errata", "mse-gradient", "--language", "en"])
    assert capsys.readouterr().out == english
    assert "The right form: npnet/losses.py" in english


def test_the_study_names_the_page_in_that_language(capsys, monkeypatch, tmp_path):
    class Done:
        reports = ()

    asked = []
    monkeypatch.setattr(study, "run", lambda *arguments: asked.append(arguments) or Done())
    assert cli.main(["study", "--quick", "--out", str(tmp_path), "--language", "zh"]) == 0
    assert asked[0][-1] is get("zh")
    page = (tmp_path / "index.zh.html").resolve().as_uri()
    assert "".join(capsys.readouterr().out.split()) == f"页面：{page}"


def test_a_language_that_there_is_not_is_one_line_and_status_2(capsys):
    with pytest.raises(SystemExit, match="2"):
        cli.main(["derive", "--language", "xx"])
    assert "invalid choice: 'xx' (choose from" in capsys.readouterr().err
