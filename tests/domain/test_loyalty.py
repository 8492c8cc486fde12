"""Points, tiers and expiry, as a member sees them at one moment."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.goal import share
from domain.ids import CustomerId, SubaccountId
from domain.loyalty import (
    LoyaltyMembership,
    LoyaltySettings,
    LoyaltyTier,
    RedemptionLimits,
    TierProgress,
    defaults,
    running_streak,
    worth,
)
from domain.money import Minor, Money, digits
from domain.referral import first_name

FLEET = SubaccountId("sub_florida")
OPEN = LoyaltySettings(
    enabled=True, points_per_currency_unit=Decimal(10), redemption_rate=Decimal("0.01")
)
CURRENCIES = ["USD", "EUR", "GBP", "JPY", "KRW", "KWD", "BHD", "TND", "CHF"]


def tier(min_rides: int, window_days: int = 28, free_unlocks: int = 0) -> LoyaltyTier:
    nothing = Decimal(0)
    return LoyaltyTier(
        f"tier_{min_rides}", FLEET, f"From {min_rides}", None, None, min_rides, window_days,
        nothing, nothing, free_unlocks, Decimal(1),
    )  # fmt: skip


BRONZE, SILVER, GOLD = tier(0), tier(10), tier(30, window_days=90)
MEMBER = LoyaltyMembership(
    customer_id=CustomerId("cust_ada"),
    subaccount_id=FLEET,
    currency="USD",
    timezone="America/New_York",
    settings=OPEN,
    points=0,
    lifetime_earned=0,
    lifetime_redeemed=0,
    tier=None,
    next_tier=None,
    rides_in_window=0,
    free_unlocks_used=0,
    free_unlocks_granted=0,
    streak_days=0,
    last_activity_at=None,
)


@pytest.mark.parametrize(
    ("points", "rate", "currency", "minor"),
    [
        (0, "0.01", "USD", 0),
        (1, "0.01", "USD", 1),
        (999, "0.001", "USD", 99),
        (19, "0.005", "EUR", 9),
        (3, "0.5", "JPY", 1),
        (1, "0.999999", "JPY", 0),
        (7, "0.003", "KWD", 21),
        (7, "0.0005", "KWD", 3),
    ],
)
def test_points_are_worth_whole_minor_units_rounded_down(
    points: int, rate: str, currency: str, minor: int
) -> None:
    member = replace(
        MEMBER, currency=currency, points=points,
        settings=replace(OPEN, redemption_rate=Decimal(rate)),
    )  # fmt: skip

    assert member.points_value == Money(Minor(minor), currency)


@given(
    points=st.integers(0, 2**31 - 1),
    rate=st.decimals(0, 999_999, places=6),
    currency=st.sampled_from(CURRENCIES),
)
def test_points_never_pay_more_than_they_are_worth_and_never_a_minor_unit_less(
    points: int, rate: Decimal, currency: str
) -> None:
    value = worth(points, rate, currency)

    unit = Decimal(1).scaleb(-digits(currency))
    assert value.amount <= points * rate < value.amount + unit


REDEMPTIONS: Mapping[str, tuple[LoyaltySettings, int, int]] = {
    "one below the minimum": (OPEN, 99, 0),
    "exactly the minimum": (OPEN, 100, 100),
    "between": (replace(OPEN, max_redemption=500), 499, 499),
    "exactly the maximum": (replace(OPEN, max_redemption=500), 500, 500),
    "more than the maximum": (replace(OPEN, max_redemption=500), 501, 500),
    "a maximum that is the minimum": (replace(OPEN, max_redemption=100), 250, 100),
    "no maximum": (OPEN, 1_000_000, 1_000_000),
    "switched off": (replace(OPEN, enabled=False), 1_000, 0),
    "less than a cent's worth": (replace(OPEN, redemption_rate=Decimal("0.00009")), 111, 0),
    "a cent's worth": (replace(OPEN, redemption_rate=Decimal("0.00009")), 112, 112),
}


@pytest.mark.parametrize(
    ("settings", "points", "redeemable"), REDEMPTIONS.values(), ids=list(REDEMPTIONS)
)
def test_what_may_be_redeemed_lies_within_the_bounds_and_pays_something(
    settings: LoyaltySettings, points: int, redeemable: int
) -> None:
    member = replace(MEMBER, settings=settings, points=points)

    assert member.redemption == RedemptionLimits(100, settings.max_redemption, redeemable)


@pytest.mark.parametrize(
    ("held", "above", "rides", "progress"),
    [
        (None, None, 5, None),
        (None, BRONZE, 0, TierProgress(0, 0, 100, 28)),
        (BRONZE, SILVER, 0, TierProgress(0, 10, 0, 28)),
        (BRONZE, SILVER, 9, TierProgress(9, 1, 90, 28)),
        (BRONZE, SILVER, 12, TierProgress(12, 0, 100, 28)),
        (SILVER, GOLD, 29, TierProgress(29, 1, 96, 90)),
        (GOLD, None, 29, TierProgress(29, 1, 96, 90)),
        (GOLD, None, 30, TierProgress(30, 0, 100, 90)),
        (BRONZE, None, 3, TierProgress(3, 0, 100, 28)),
    ],
)
def test_progress_is_towards_the_next_tier_and_at_the_top_towards_keeping_it(
    held: LoyaltyTier | None, above: LoyaltyTier | None, rides: int, progress: TierProgress | None
) -> None:
    member = replace(MEMBER, tier=held, next_tier=above, rides_in_window=rides)

    assert member.tier_progress == progress


@example(current=199, target=200)
@given(current=st.integers(0, 2**40), target=st.integers(1, 2**31 - 1))
def test_a_share_is_whole_only_once_the_target_is_met(current: int, target: int) -> None:
    percent = share(current, target)

    assert 0 <= percent <= 100
    assert (percent == 100) == (current >= target)


@pytest.mark.parametrize(
    ("held", "used", "granted", "remaining"),
    [
        (None, 0, 0, 0),
        (None, 3, 2, 2),
        (tier(0, free_unlocks=5), 0, 0, 5),
        (tier(0, free_unlocks=5), 2, 1, 4),
        (tier(0, free_unlocks=5), 5, 0, 0),
        # Used under a better tier earlier in the month: what was won is not eaten up by it.
        (tier(0, free_unlocks=5), 8, 1, 1),
    ],
)
def test_free_unlocks_are_the_rest_of_the_tiers_and_those_that_were_won(
    held: LoyaltyTier | None, used: int, granted: int, remaining: int
) -> None:
    member = replace(MEMBER, tier=held, free_unlocks_used=used, free_unlocks_granted=granted)

    assert member.free_unlocks_remaining == remaining


def utc(*numbers: int) -> datetime:
    return datetime(*numbers, tzinfo=UTC)  # type: ignore[arg-type, misc]


EXPIRIES: Mapping[str, tuple[str, datetime, int, datetime]] = {
    "an ordinary day": ("Europe/Berlin", utc(2026, 6, 1, 12), 30, utc(2026, 7, 1, 22)),
    "it was tomorrow there already": ("Asia/Tokyo", utc(2026, 6, 1, 15), 1, utc(2026, 6, 3, 15)),
    "the last moment of a day": (
        "Asia/Tokyo",
        utc(2026, 6, 1, 14, 59, 59),
        1,
        utc(2026, 6, 2, 15),
    ),
    "clocks go forward": ("America/New_York", utc(2026, 3, 7, 20), 1, utc(2026, 3, 9, 4)),
    "midnight before they do": ("America/New_York", utc(2026, 3, 6, 20), 1, utc(2026, 3, 8, 5)),
    "clocks go back": ("America/New_York", utc(2026, 10, 31, 20), 1, utc(2026, 11, 2, 5)),
    "midnight before they did": ("America/New_York", utc(2026, 10, 30, 20), 1, utc(2026, 11, 1, 4)),
    "midnight does not exist": ("America/Santiago", utc(2026, 9, 4, 18), 1, utc(2026, 9, 6, 4)),
    "a leap year": ("UTC", utc(2028, 2, 28, 9), 1, utc(2028, 3, 1)),
}


@pytest.mark.parametrize(
    ("timezone", "last", "days", "lapse"), EXPIRIES.values(), ids=list(EXPIRIES)
)
def test_points_lapse_at_the_fleets_own_midnight(
    timezone: str, last: datetime, days: int, lapse: datetime
) -> None:
    settings = replace(OPEN, points_expiration_days=days)

    member = replace(MEMBER, timezone=timezone, settings=settings, points=1, last_activity_at=last)

    assert member.points_expire_at == lapse


EXPIRING = replace(
    MEMBER,
    points=1,
    timezone="UTC",
    settings=replace(OPEN, points_expiration_days=10, enabled_at=utc(2026, 1, 1)),
    last_activity_at=utc(2026, 5, 5, 5),
)


@pytest.mark.parametrize(
    "member",
    [
        replace(EXPIRING, points=0),
        replace(EXPIRING, settings=replace(EXPIRING.settings, enabled=False)),
        replace(EXPIRING, settings=replace(EXPIRING.settings, points_expiration_days=None)),
    ],
    ids=["nothing to lapse", "switched off", "a fleet without expiry"],
)
def test_points_that_will_not_lapse_have_no_date(member: LoyaltyMembership) -> None:
    assert member.points_expire_at is None


def test_the_clock_starts_anew_when_the_program_is_switched_on_again() -> None:
    later = replace(EXPIRING.settings, enabled_at=utc(2026, 6, 1, 8))

    assert EXPIRING.points_expire_at == utc(2026, 5, 16)
    assert replace(EXPIRING, settings=later).points_expire_at == utc(2026, 6, 12)


@pytest.mark.parametrize(
    ("currency", "points_per_unit", "rate"),
    [
        ("USD", "10", "0.01"),
        ("EUR", "10", "0.01"),
        ("GBP", "10", "0.01"),
        ("CHF", "10", "0.01"),
        ("JPY", "0.1", "1"),
        ("KRW", "0.1", "1"),
        ("KWD", "30", "0.003"),
        ("BHD", "100", "0.001"),
    ],
)
def test_a_program_never_opened_has_the_figures_of_its_currency(
    currency: str, points_per_unit: str, rate: str
) -> None:
    assert defaults(currency) == LoyaltySettings(
        enabled=False,
        points_per_currency_unit=Decimal(points_per_unit),
        redemption_rate=Decimal(rate),
        min_redemption=100,
        max_redemption=None,
        points_expiration_days=None,
        streak_bonus_points=None,
        streak_daily_cap=None,
        daily_earn_cap=None,
        enabled_at=None,
    )


@pytest.mark.parametrize(
    ("last", "stands"),
    [
        (date(2026, 3, 1), 4),
        (date(2026, 2, 28), 4),
        (date(2026, 2, 27), 0),
        (None, 0),
    ],
    ids=["rode today", "rode yesterday", "missed a day", "never rode"],
)
def test_a_streak_is_over_once_a_whole_day_went_by(last: date | None, stands: int) -> None:
    assert running_streak(4, last, date(2026, 3, 1)) == stands


@pytest.mark.parametrize(
    ("name", "first"),
    [("Ada Lovelace", "Ada"), ("  José María López ", "José"), ("Cher", "Cher"), ("", "")],
)
def test_a_referrer_is_named_by_the_first_name_alone(name: str, first: str) -> None:
    assert first_name(name) == first
