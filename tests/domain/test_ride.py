from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.fare import FareBreakdown, FareTerms, fare
from domain.ids import CustomerId, SubaccountId
from domain.money import Minor, Money
from domain.ride import Ride, RideStatus

START = datetime(2026, 5, 1, 9, 30, tzinfo=UTC)
RUNNING = Ride(
    id="ride_1",
    subaccount_id=SubaccountId("sub_1"),
    customer_id=CustomerId("cust_1"),
    vehicle_id="veh_1",
    status=RideStatus.ACTIVE,
    started_at=START,
    ended_at=None,
    distance_meters=None,
    start_location=None,
    end_location=None,
    end_zone_id=None,
    started_by_id="cust_1",
    ended_by_id=None,
    points_earned=0,
    refunded=None,
    terms=FareTerms("USD", Minor(100), Minor(15)),
    fare=None,
)
ENDED = replace(RUNNING, status=RideStatus.COMPLETED, ended_at=START + timedelta(seconds=754.9))


@given(seconds=st.integers(0, 10**6), micros=st.integers(0, 999_999))
def test_a_running_ride_lasts_until_now_in_whole_seconds(seconds: int, micros: int) -> None:
    now = START + timedelta(seconds=seconds, microseconds=micros)

    assert RUNNING.duration_seconds(now) == seconds


@given(later=st.timedeltas(timedelta(0), timedelta(days=400)))
def test_an_ended_ride_lasts_until_its_end_whenever_it_is_read(later: timedelta) -> None:
    now = START + timedelta(hours=1) + later

    assert ENDED.duration_seconds(now) == 754
    assert ENDED.cost_so_far(now) is None


@pytest.mark.parametrize(
    ("seconds", "cost"), [(0, 115), (60, 115), (61, 130), (3600, 1000), (3601, 1015)]
)
def test_a_running_ride_costs_what_it_would_cost_if_it_ended_now(seconds: int, cost: int) -> None:
    lasted = timedelta(seconds=seconds)

    assert RUNNING.cost_so_far(START + lasted) == Money(Minor(cost), "USD")
    assert fare(RUNNING.terms, lasted).total == cost


def test_a_clock_behind_the_one_that_started_the_ride_makes_nothing_negative() -> None:
    before = START - timedelta(seconds=5)

    assert RUNNING.duration_seconds(before) == 0
    assert RUNNING.cost_so_far(before) == Money(Minor(115), "USD")


def test_the_charge_of_a_ride_is_the_total_of_its_fare() -> None:
    none, total = Money(Minor(0), "USD"), Money(Minor(295), "USD")
    paid = FareBreakdown(
        "ride_1", 13, total, none, none, none, none, total, none, total, none, none
    )

    assert RUNNING.charged is None
    assert replace(ENDED, fare=paid).charged == total
