"""Whom the demo tells of: believable people, who ride where and when people ride."""

import json
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from itertools import pairwise
from unicodedata import name as letter_name
from zoneinfo import ZoneInfo

import pytest

from domain.package import PackageStatus
from tests.telling import NOW, Record, Told, told

CUSTOMERS = 1200
"""Enough for every kind of them."""
FUTURE = {"end_date", "expires_at", "ends_at", "starts_at"}
"""Times that may still come."""
RESERVED = ("example.com", "example.net", "example.org", "example.jp", ".example")


@pytest.fixture(scope="module")
def whole() -> Told:
    return told(CUSTOMERS)


def test_everything_happened_before_now(whole: Told) -> None:
    times = [
        (table, column, value)
        for table, records in whole.tables.items()
        for record in records
        for column, value in record.items()
        if isinstance(value, datetime) and column not in FUTURE
    ]

    assert [late for late in times if late[2] >= NOW] == []
    assert min(at for _, _, at in times) > NOW - timedelta(days=430)


def test_customers_are_numbered_as_they_joined(whole: Told) -> None:
    shares = {"USD": CUSTOMERS * 6 // 10, "EUR": CUSTOMERS * 3 // 10, "JPY": CUSTOMERS // 10}

    for currency, share in shares.items():
        customers = sorted(whole.of(currency, "customer"), key=lambda one: one["joined_at"])
        assert [customer["number"] for customer in customers] == [*range(1, share + 1)]


def test_there_are_customers_of_every_kind(whole: Told) -> None:
    tables = whole.tables
    owing = {one["customer_id"] for one in tables["account"] if one["balance"] < 0}
    riding = {one["customer_id"] for one in tables["ride"] if one["status"] == "ACTIVE"}
    top = {one["id"] for one in tables["loyalty_tier"] if one["min_rides"] > 20}
    kinds = Counter[str]()
    for one in tables["customer"]:
        kinds["deleted"] += one["deleted_at"] is not None
        kinds["blocked"] += one["blocked_at"] is not None
        kinds["new"] += one["completed_rides"] == 0
        kinds["active"] += one["completed_rides"] > 0
        kinds["in debt"] += one["id"] in owing
        kinds["riding"] += one["id"] in riding
        kinds["required"] += one["identity_required"]
        kinds[f"identity {one['identity_status']}"] += 1
    for one in tables["phone_lookup"]:
        kinds[f"risk {one['risk_level']}"] += bool(one["risk_flags"])
    for one in tables["signup_location"]:
        countries = {one["ip_country"], one["gps_country"]} - {None}
        kinds["mismatch"] += len(countries) > 1
    for one in tables["payment_method"]:
        over = (one["exp_year"], one["exp_month"]) < (NOW.year, NOW.month)
        kinds["expired default card"] += one["is_default"] and over
    kinds["top tier"] = sum(one["tier_id"] in top for one in tables["loyalty_member"])

    wanted = """deleted; blocked; new; active; in debt; riding; required; identity NOT_REQUIRED;
        identity PENDING; identity VERIFIED; identity FAILED; risk MEDIUM; risk HIGH; mismatch;
        expired default card; top tier"""
    assert [kind for kind in wanted.split(";") if not kinds[kind.strip()]] == []
    assert {package_status(one) for one in tables["package_purchase"]} == set(PackageStatus)


def package_status(purchase: Record) -> PackageStatus:
    rides = (purchase["rides_included"] or 0) - purchase["rides_used"]
    minutes = (purchase["minutes_included"] or 0) - purchase["minutes_used"]
    if not rides + minutes:
        return PackageStatus.EXHAUSTED
    over = purchase["expires_at"] is not None and purchase["expires_at"] <= NOW
    return PackageStatus.EXPIRED if over else PackageStatus.ACTIVE


@pytest.mark.parametrize(
    ("currency", "code", "main", "other"),
    [
        ("USD", "+1", "en-US", {"es-US"}),
        ("EUR", "+49", "de-DE", {"en-GB", "fr-FR"}),
        ("JPY", "+81", "ja-JP", {"en-US"}),
    ],
)
def test_people_fit_their_fleet(
    whole: Told, currency: str, code: str, main: str, other: set[str]
) -> None:
    customers = whole.of(currency, "customer")

    locales = Counter(customer["locale"] for customer in customers)
    assert locales.most_common(1)[0][0] == main
    assert set(locales) == {main} | other
    assert all(customer["phone"].startswith(code) for customer in customers)
    assert all(customer["email"].endswith(RESERVED) for customer in customers)
    assert {one["locale"] for one in customers if "CJK" in letter_name(one["name"][0])} <= {"ja-JP"}
    assert all(
        "CJK" in letter_name(one["name"][0]) for one in customers if one["locale"] == "ja-JP"
    )


def test_phone_numbers_are_nobody_s(whole: Told) -> None:
    fiction = [one["phone"][5:10] for one in whole.of("USD", "customer")]
    assert set(fiction) == {"55501"}

    shared = [
        one["customer_id"]
        for one in whole.tables["phone_lookup"]
        if "SHARED_NUMBER" in one["risk_flags"]
    ]
    phones = Counter(one["phone"] for one in whole.tables["customer"])
    assert len(phones) == CUSTOMERS - len(shared)


def test_messages_are_in_the_customer_s_language(whole: Told) -> None:
    locales = {one["id"]: one["locale"] for one in whole.tables["customer"]}
    titles: dict[str, set[str]] = defaultdict(set)
    for message in whole.tables["notification"]:
        titles[locales[message["customer_id"]][:2]].add(message["title"])

    welcome = {
        "en": "Welcome to Sunmote Florida",
        "es": "Bienvenido a Sunmote Florida",
        "de": "Willkommen bei Flitzwerk",
        "fr": "Bienvenue chez Flitzwerk",
        "ja": "新しい駐車ゾーン",
    }
    assert {language for language, title in welcome.items() if title in titles[language]} == set(
        welcome
    )
    assert welcome["en"] not in titles["de"] | titles["es"] | titles["fr"]


def test_rides_begin_and_end_inside_zones(whole: Told) -> None:
    rings: dict[str, list[list[list[float]]]] = defaultdict(list)
    by_id = {}
    for zone in whole.tables["zone"]:
        ring = json.loads(zone["boundary"])
        rings[zone["subaccount_id"]].append(ring)
        by_id[zone["id"]] = ring

    rides = [one for one in whole.tables["ride"] if one["end_zone_id"] is not None]
    outside = [
        one["id"]
        for one in rides
        if not inside(one["end_longitude"], one["end_latitude"], by_id[one["end_zone_id"]])
        or not any(
            inside(one["start_longitude"], one["start_latitude"], ring)
            for ring in rings[one["subaccount_id"]]
        )
    ]

    assert len(rides) > CUSTOMERS
    assert outside == []


def inside(x: float, y: float, ring: list[list[float]]) -> bool:
    """Whether a line from the point to the right crosses the ring an odd number of times."""
    crossed = False
    for (x1, y1), (x2, y2) in pairwise(ring):
        if (y1 > y) != (y2 > y) and x < x1 + (y - y1) / (y2 - y1) * (x2 - x1):
            crossed = not crossed
    return crossed


def test_the_week_is_a_believable_one(whole: Told) -> None:
    zones = {one["id"]: ZoneInfo(one["timezone"]) for one in whole.tables["subaccount"]}
    starts = [
        one["started_at"].astimezone(zones[one["subaccount_id"]]) for one in whole.tables["ride"]
    ]
    hours = Counter(at.hour for at in starts if at.weekday() < 5)
    days = Counter(at.weekday() for at in starts)

    assert sum(hours[hour] for hour in range(1, 5)) < len(starts) / 100
    assert min(hours[8], hours[17]) > 1.2 * hours[10]
    assert 0 < max(days[5], days[6]) < min(days[day] for day in range(5))
