import pytest

from domain.choice import Choice


class Colour(Choice):
    RED = "RED", "Stop."
    GREEN = "GREEN", "Go."


def test_a_choice_is_its_word_and_knows_what_it_means() -> None:
    assert Colour("RED") is Colour.RED
    assert f"{Colour.RED}" == Colour.RED.value == "RED"
    assert [colour.meaning for colour in Colour] == ["Stop.", "Go."]


def test_a_choice_without_a_meaning_cannot_be_written() -> None:
    with pytest.raises(TypeError, match="meaning"):

        class Wordless(Choice):
            BLUE = "BLUE"
