"""How near two names are (PHN-3)."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.name import NameMatch, NameMatchLevel, distance, name_match, words

LETTERS = "abcdefghijklmnopqrstuvwxyzßéèçñöüåøłşığçдмитрийωσ"  # noqa: RUF001
word = st.text(LETTERS, min_size=1, max_size=12)
full_name = st.lists(word, min_size=2, max_size=2).map(" ".join)
long_name = st.lists(word, min_size=1, max_size=6).map(" ".join)


def score(registered: str, account: str) -> int:
    match = name_match(registered, account)
    assert match is not None
    return match.score


@pytest.mark.parametrize(
    ("registered", "account", "match"),
    [
        ("José María López", "Lopez Jose", 100),
        ("Ann Lee", "Anne Lee", 85),
        ("Bob Smith", "Robert Smith", 63),
        ("Ann Lee", "Igor Petrov", 10),
        # Letters that have no accent to take off.
        ("SØREN ÆRØ-MØLLER", "Soren Moller", 100),
        ("Łukasz Đoković", "lukasz dokovic", 100),
        ("Fuß, Jörg", "Joerg Fuss", 88),
        # Punctuation parts words, apostrophes do not.
        ("O'Brien, Pat", "pat obrien", 100),
        ("Jean-Pierre Dupont", "Jean Dupont", 100),
        # Other scripts; one of no letters is not known at all.
        ("山田 太郎", "太郎 山田", 100),
        ("Дмитрий Иванов", "иванов дмитрий", 100),
        ("रवि कुमार", "कुमार रवि", 100),
        # A second family name, in the middle or at the end.
        ("José López García", "Jose Lopez", 100),
        ("Lopez Garcia Jose Maria", "José María López García", 100),
        ("John Paul Smith", "Smith John Peter", 100),
        # What is no middle name counts.
        ("Ann Lee Smith", "Ann Lee Jones", 50),
        ("Robert Smith", "Alice Smith", 45),
        ("Smith", "Robert Smith", 45),
        ("Cher", "cher", 100),
        ("Ann Lee", "🙂", 0),
    ],
)
def test_a_score_is_the_share_of_letters_that_stay(
    registered: str, account: str, match: int
) -> None:
    assert name_match(registered, account) == NameMatch(match)


@pytest.mark.parametrize("registered", [None, "", "  ", "-", "🙂"])
def test_there_is_no_match_where_no_registered_name_is_known(registered: str | None) -> None:
    assert name_match(registered, "Ada Lovelace") is None


@pytest.mark.parametrize(
    ("score", "level"),
    [
        (100, NameMatchLevel.EXACT),
        (99, NameMatchLevel.HIGH),
        (85, NameMatchLevel.HIGH),
        (84, NameMatchLevel.PARTIAL),
        (60, NameMatchLevel.PARTIAL),
        (59, NameMatchLevel.LOW),
        (30, NameMatchLevel.LOW),
        (29, NameMatchLevel.NONE),
        (0, NameMatchLevel.NONE),
    ],
)
def test_a_level_begins_at_its_least_score(score: int, level: NameMatchLevel) -> None:
    assert NameMatch(score).level is level


@given(one=long_name, other=long_name)
def test_a_score_is_the_same_both_ways_and_100_only_for_the_same_letters(
    one: str, other: str
) -> None:
    both = score(one, other)

    assert both == score(other, one)
    assert 0 <= both <= 100
    assert score(one, one) == 100


@example(one="Ada Byron", other="byron adà")
@given(one=full_name, other=full_name)
def test_names_of_two_words_are_exact_only_where_the_words_are_the_same(
    one: str, other: str
) -> None:
    same = sorted(words(one)) == sorted(words(other))

    assert (score(one, other) == 100) == same


@example(name="ışık öz", other="isik oz")  # noqa: RUF001
@given(name=long_name, other=long_name)
def test_case_does_not_count(name: str, other: str) -> None:
    assert score(name.upper(), other) == score(name, other) == score(name, other.title())


@given(name=full_name, other=long_name)
def test_the_order_of_a_first_and_a_last_name_does_not_count(name: str, other: str) -> None:
    turned = " ".join(reversed(name.split()))

    assert score(turned, other) == score(name, other)


@given(name=full_name, middle=st.lists(word, max_size=3), other=st.lists(word, max_size=3))
def test_middle_names_do_not_count(name: str, middle: list[str], other: list[str]) -> None:
    first, last = name.split()
    one = " ".join([first, *middle, last])
    two = " ".join([first, *other, last])

    assert name_match(one, two) == NameMatch(100)


@given(one=word, other=word, third=word)
def test_a_distance_is_one(one: str, other: str, third: str) -> None:
    between = distance(one, other)

    assert abs(len(one) - len(other)) <= between <= max(len(one), len(other))
    assert (between == 0) == (one == other)
    assert between <= distance(one, third) + distance(third, other)


@pytest.mark.parametrize(
    ("one", "other", "changes"),
    [("", "", 0), ("", "abc", 3), ("kitten", "sitting", 3), ("flaw", "lawn", 2), ("ab", "ba", 2)],
)
def test_a_distance_counts_changed_added_and_missing_letters(
    one: str, other: str, changes: int
) -> None:
    assert distance(one, other) == distance(other, one) == changes
