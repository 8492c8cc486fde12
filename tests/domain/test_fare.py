from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.fare import Fare, FareTerms, fare
from domain.money import Minor

prices = st.integers(0, 10**6).map(Minor)
percents = st.decimals(0, 100, places=2)
minutes = st.integers(0, 10**4)
durations = st.timedeltas(timedelta(0), timedelta(days=3))


@st.composite
def terms(draw: st.DrawFn) -> FareTerms:
    """Any prices and benefits; of a promo's three kinds at most one."""
    promos: list[st.SearchStrategy[dict[str, Any]]] = [
        st.just({}),
        st.fixed_dictionaries({"promo_percent_off": percents}),
        st.fixed_dictionaries({"promo_amount_off": prices}),
        st.fixed_dictionaries({"promo_free_minutes": minutes}),
    ]
    promo: dict[str, Any] = draw(st.one_of(promos))
    plain = FareTerms(
        currency="USD",
        unlock_fee=draw(prices),
        per_minute_rate=draw(prices),
        unlock_discount_percent=draw(percents),
        minute_discount_percent=draw(percents),
        free_unlock=draw(st.booleans()),
        included_ride=draw(st.booleans()),
        included_minutes=draw(minutes),
    )
    return replace(plain, **promo)


def usd(unlock: int, rate: int, **benefits: Any) -> FareTerms:
    return FareTerms("USD", Minor(unlock), Minor(rate), **benefits)


def lines(charged: Fare) -> tuple[int, int, int]:
    """What the three discounts are: of the plan, of the tier, of the promo."""
    return charged.covered_by_plan, charged.tier_discount, charged.promo_discount


@given(terms=terms(), duration=durations)
def test_no_line_of_a_fare_is_negative_and_together_they_are_its_total(
    terms: FareTerms, duration: timedelta
) -> None:
    charged = fare(terms, duration)

    assert min(charged.unlock, charged.time, charged.total, *lines(charged)) >= 0
    assert charged.unlock + charged.time - sum(lines(charged)) == charged.total
    assert charged.unlock == terms.unlock_fee
    assert charged.time == charged.minutes * terms.per_minute_rate


@given(terms=terms(), duration=durations, longer=durations)
def test_a_longer_ride_never_costs_less(
    terms: FareTerms, duration: timedelta, longer: timedelta
) -> None:
    short = fare(terms, duration)

    # With free minutes two lines are rounded that the ride's length moves both ways.
    rounding = 2 if terms.promo_free_minutes else 0
    assert fare(terms, duration + longer).total >= short.total - rounding


@given(terms=terms(), duration=durations)
def test_an_included_ride_is_covered_whole_and_uses_no_other_benefit(
    terms: FareTerms, duration: timedelta
) -> None:
    charged = fare(replace(terms, included_ride=True), duration)

    assert charged.total == 0
    assert lines(charged) == (charged.unlock + charged.time, 0, 0)


@pytest.mark.parametrize(
    ("seconds", "minutes"),
    [(0, 1), (0.000001, 1), (60, 1), (60.000001, 2), (119.9, 2), (120, 2), (86_400, 1440)],
)
def test_every_started_minute_counts_and_the_first_starts_at_once(
    seconds: float, minutes: int
) -> None:
    charged = fare(usd(100, 15), timedelta(seconds=seconds))

    assert charged == Fare(minutes, Minor(100), Minor(15 * minutes), Minor(0), Minor(0), Minor(0))


@pytest.mark.parametrize(
    ("unlock", "percent", "off"),
    [(5, "50", 2), (7, "50", 4), (15, "50", 8), (5, "49.99", 2), (5, "50.01", 3), (1, "50", 0)],
)
def test_half_a_minor_unit_goes_to_the_even_one(unlock: int, percent: str, off: int) -> None:
    tier = fare(usd(unlock, 0, unlock_discount_percent=Decimal(percent)), timedelta(minutes=1))
    promo = fare(usd(unlock, 0, promo_percent_off=Decimal(percent)), timedelta(minutes=1))

    assert lines(tier) == (0, off, 0)
    assert lines(promo) == (0, 0, off)


def test_a_line_is_rounded_once_and_at_its_end() -> None:
    half = Decimal(50)
    terms = usd(1, 1, unlock_discount_percent=half, minute_discount_percent=half)

    charged = fare(terms, timedelta(minutes=1))

    assert charged.tier_discount == 1  # two halves, each of which would have been rounded to none


def test_included_minutes_cover_the_time_only_and_what_is_left_of_it_is_discounted() -> None:
    terms = usd(100, 20, included_minutes=7, minute_discount_percent=Decimal(10))

    charged = fare(terms, timedelta(minutes=10))

    assert charged == Fare(10, Minor(100), Minor(200), Minor(140), Minor(6), Minor(0))
    assert charged.total == 154


@given(percent=percents, duration=durations)
def test_a_free_unlock_takes_the_unlock_off_once_whatever_the_tier_does(
    percent: Decimal, duration: timedelta
) -> None:
    terms = usd(100, 15, free_unlock=True, unlock_discount_percent=percent)

    charged = fare(terms, duration)

    assert charged.tier_discount == 100
    assert charged.total == charged.time


@pytest.mark.parametrize(
    ("promo", "off"),
    [
        ({"promo_percent_off": Decimal(25)}, 40),
        ({"promo_percent_off": Decimal(100)}, 160),
        ({"promo_amount_off": Minor(50)}, 50),
        ({"promo_amount_off": Minor(500)}, 160),
        ({"promo_free_minutes": 2}, 20),
        ({"promo_free_minutes": 99}, 80),
    ],
)
def test_a_promo_takes_off_what_plan_and_tier_left_and_no_more(
    promo: dict[str, Any], off: int
) -> None:
    terms = usd(100, 10, included_minutes=2, unlock_discount_percent=Decimal(20), **promo)

    charged = fare(terms, timedelta(minutes=10))

    assert charged == Fare(10, Minor(100), Minor(100), Minor(20), Minor(20), Minor(off))


def test_free_minutes_are_worth_what_they_would_have_cost() -> None:
    terms = FareTerms(
        "USD", Minor(100), Minor(10), minute_discount_percent=Decimal(50), promo_free_minutes=10
    )

    found = fare(terms, timedelta(minutes=10))

    assert (found.tier_discount, found.promo_discount, found.total) == (50, 50, 100)
