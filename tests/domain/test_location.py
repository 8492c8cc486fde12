"""Where a signup was (LOC-2, PHN-2)."""

from datetime import UTC, datetime

import pytest

from domain.ids import CustomerId
from domain.location import GpsLocation, IpLocation, SignupLocation

JOINED = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("by_ip", "by_gps", "mismatch", "country"),
    [
        ("DE", "DE", False, "DE"),
        ("NL", "DE", True, "DE"),
        ("NL", None, None, "NL"),
        (None, "DE", None, "DE"),
        (None, None, None, None),
    ],
)
def test_countries_differ_only_where_both_are_known_and_the_fix_comes_first(
    by_ip: str | None, by_gps: str | None, mismatch: bool | None, country: str | None
) -> None:
    ip = IpLocation("192.0.2.1", None, None, by_ip)
    gps = GpsLocation(50.77, 6.08, 12.5, by_gps)

    signup = SignupLocation(CustomerId("cust_ada"), ip, gps, JOINED)

    assert signup.mismatch is mismatch
    assert signup.country == country


def test_nothing_is_known_of_a_signup_without_address_and_fix() -> None:
    signup = SignupLocation(CustomerId("cust_ada"), None, None, JOINED)

    assert (signup.mismatch, signup.country) == (None, None)
