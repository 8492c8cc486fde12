from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.ids import SubaccountId
from domain.vehicle import Vehicle, VehicleStatus

NOW = datetime(2026, 5, 1, 9, 30, tzinfo=UTC)
SILENT = Vehicle(
    id="veh_1",
    subaccount_id=SubaccountId("sub_1"),
    code="KS-1001",
    imei="356938035643809",
    model="Ninebot Max",
    status=VehicleStatus.AVAILABLE,
    battery_percent=80,
    last_signal_at=None,
    location=None,
    online_window=timedelta(minutes=60),
    added_at=NOW - timedelta(days=90),
)


@pytest.mark.parametrize(
    ("ago", "online"),
    [
        (timedelta(0), True),
        (timedelta(minutes=59, seconds=59), True),
        (timedelta(minutes=60), True),
        (timedelta(minutes=60, microseconds=1), False),
        (timedelta(days=2), False),
    ],
)
def test_a_vehicle_is_online_up_to_the_end_of_the_window_and_no_longer(
    ago: timedelta, *, online: bool
) -> None:
    heard = replace(SILENT, last_signal_at=NOW - ago)

    assert heard.online(NOW) is online


def test_a_vehicle_that_was_never_heard_of_is_not_online() -> None:
    assert SILENT.online(NOW) is False


def test_each_fleet_has_a_window_of_its_own() -> None:
    heard = replace(SILENT, last_signal_at=NOW - timedelta(minutes=6))

    assert heard.online(NOW)
    assert not replace(heard, online_window=timedelta(minutes=5)).online(NOW)
