"""A program's figures, and who earned the most."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.ids import SubaccountId
from domain.money import Minor, Money
from domain.program import LeaderboardPeriod, LoyaltyStats, begins, ranked, rate


def stats(currency: str, point_value: str, points: int) -> LoyaltyStats:
    return LoyaltyStats(
        SubaccountId("sub_florida"), currency, Decimal(point_value), customers=8, members=2,
        points_in_circulation=points, lifetime_issued=1000, lifetime_redeemed=250,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("currency", "point_value", "points", "minor"),
    [
        ("USD", "0.01", 365, 365),
        ("USD", "0.0099", 101, 99),
        ("JPY", "1", 7, 7),
        ("JPY", "0.5", 7, 3),
        ("KWD", "0.003", 7, 21),
        ("USD", "0.01", 0, 0),
        ("USD", "0.000001", 2**53, 900_719_925_474),
    ],
)
def test_what_all_points_would_pay_is_rounded_down_once(
    currency: str, point_value: str, points: int, minor: int
) -> None:
    owed = stats(currency, point_value, points).liability

    assert owed == Money(Minor(minor), currency)


def test_shares_are_of_customers_and_of_points_issued() -> None:
    program = stats("USD", "0.01", 365)

    assert (program.enrollment_rate, program.redemption_rate) == (0.25, 0.25)


@example(part=0, whole=0)
@given(part=st.integers(0, 2**62), whole=st.integers(0, 2**62))
def test_a_share_is_zero_to_one_and_zero_of_nothing(part: int, whole: int) -> None:
    part = min(part, whole)

    share = rate(part, whole)

    assert 0 <= share <= 1
    assert whole != 0 or share == 0


def utc(*numbers: int) -> datetime:
    return datetime(*numbers, tzinfo=UTC)  # type: ignore[arg-type, misc]


MONTHS: Mapping[str, tuple[str, datetime, datetime]] = {
    "an ordinary month": ("Europe/Berlin", utc(2026, 6, 15, 12), utc(2026, 5, 31, 22)),
    "its first instant": ("Europe/Berlin", utc(2026, 5, 31, 22), utc(2026, 5, 31, 22)),
    "the instant before": ("Europe/Berlin", utc(2026, 5, 31, 21, 59, 59), utc(2026, 4, 30, 22)),
    "it is next month there": ("Asia/Tokyo", utc(2026, 6, 30, 15), utc(2026, 6, 30, 15)),
    "it is last month there": ("America/New_York", utc(2026, 7, 1, 3), utc(2026, 6, 1, 4)),
    "clocks went forward since": ("America/New_York", utc(2026, 3, 31, 12), utc(2026, 3, 1, 5)),
    "clocks went back since": ("Europe/Berlin", utc(2026, 10, 31, 12), utc(2026, 9, 30, 22)),
    "midnight comes twice": ("America/Havana", utc(2026, 11, 15, 12), utc(2026, 11, 1, 4)),
}


@pytest.mark.parametrize(("timezone", "now", "start"), MONTHS.values(), ids=list(MONTHS))
def test_a_month_begins_at_the_fleets_own_midnight(
    timezone: str, now: datetime, start: datetime
) -> None:
    assert begins(LeaderboardPeriod.THIS_MONTH, now, timezone) == start


@given(now=st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001  (the bounds are naive)
def test_thirty_days_are_as_long_wherever_the_fleet_is(now: datetime) -> None:
    since = begins(LeaderboardPeriod.LAST_30_DAYS, now, "America/New_York")

    assert since == now - timedelta(hours=30 * 24)


def test_of_all_time_everything_counts() -> None:
    assert begins(LeaderboardPeriod.ALL_TIME, utc(2026, 6, 1), "UTC") is None


@pytest.mark.parametrize(
    ("points", "ranks"),
    [
        ([], []),
        ([5], [1]),
        ([9, 8, 7], [1, 2, 3]),
        ([9, 9, 7, 7, 7, 1], [1, 1, 3, 3, 3, 6]),
    ],
)
def test_who_earned_as_much_shares_a_rank_and_the_next_are_skipped(
    points: list[int], ranks: list[int]
) -> None:
    board = ranked([(f"cust_{place}", earned) for place, earned in enumerate(points)])

    assert [(e.rank, e.customer_id, e.points_earned) for e in board] == [
        (rank, f"cust_{place}", earned)
        for place, (rank, earned) in enumerate(zip(ranks, points, strict=True))
    ]


@given(st.lists(st.integers(1, 20)).map(lambda points: sorted(points, reverse=True)))
def test_a_rank_is_one_more_than_how_many_earned_more(points: list[int]) -> None:
    board = ranked([(f"cust_{place}", earned) for place, earned in enumerate(points)])

    assert [e.rank for e in board] == [1 + sum(p > earned for p in points) for earned in points]
