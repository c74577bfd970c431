"""Values in a message, without Python's brackets."""

from conformance.text.listed import listed, rows


def test_values_stand_with_commas_between() -> None:
    assert listed(["a", "b c"]) == "'a', 'b c'"
    assert listed(number for number in (3, 1)) == "3, 1"
    assert listed([]) == "none"
    assert rows([("a", 1), ("b", 2)]) == "'a', 1; 'b', 2"
    assert rows([]) == "none"
