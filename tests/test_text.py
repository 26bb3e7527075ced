from npnet._text import printable


def test_what_people_read_stays_and_what_a_terminal_obeys_does_not():
    assert printable("naïve 中文 1 000") == "naïve 中文 1 000"
    assert printable("a\x1b]0;title\x07\tb\u202e\x00") == r"a\x1b]0;title\x07\tb\u202e\x00"
    assert printable("\ud800") == r"\ud800"
