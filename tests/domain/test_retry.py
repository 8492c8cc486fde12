from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as some

from domain.retry import LONGEST_WAIT, TRIES_MAX, wait_after

TRIES = some.integers(1, TRIES_MAX)
CHANCES = some.floats(0, 1)


def test_the_wait_doubles_up_to_an_hour() -> None:
    waits = [wait_after(tries, 1).total_seconds() for tries in range(1, TRIES_MAX + 1)]

    assert waits[:5] == [1, 2, 4, 8, 16]
    assert waits[11:] == [2048, *[3600] * 8]


@given(TRIES, CHANCES)
def test_the_wait_is_spread_over_the_second_half(tries: int, chance: float) -> None:
    longest = wait_after(tries, 1)

    assert longest / 2 <= wait_after(tries, chance) <= longest


@given(TRIES, CHANCES, some.timedeltas(timedelta(0), timedelta(days=400)))
def test_a_service_that_wants_a_longer_rest_has_it_up_to_an_hour(
    tries: int, chance: float, asked: timedelta
) -> None:
    wait = wait_after(tries, chance, asked)

    assert min(asked, LONGEST_WAIT) <= wait <= LONGEST_WAIT
