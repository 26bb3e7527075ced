from npnet.derivations.engine import continues


def test_what_is_no_equation_is_led_in_as_one():
    assert continues("1 - y^2")
    assert continues(r"\sum_{i=1}^n x_i")
    assert not continues("y = x")
    assert not continues(r"w \leftarrow w - g")
    assert continues(r"y, \quad x = 3")
