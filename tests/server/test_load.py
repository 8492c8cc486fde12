"""What a file of fleets may say, and what is said of one that is wrong."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from db.load import Kind
from server.failure import Failure
from server.load import read

NUL = "unacceptable character #x0000: special characters are not allowed"
TEXT = "a valid string, unable to parse raw data as a unicode string"
VEHICLE = "{code: A, imei: 356938035643809, model: M}"
FREQUENCIES = "'DAILY', 'WEEKLY', 'MONTHLY', 'QUARTERLY' or 'YEARLY'"
NOW = datetime(2026, 3, 1, tzinfo=UTC)
FLEET = """
fleets:
  - key: bay
    name: Bay
    currency: {currency}
    timezone: America/New_York
    locale: en-US
    share_url: https://bay.example
    policy: {{unlock_fee: {amount}, per_minute_rate: 0{policy}}}
    {more}
"""


def fleet(more: str = "", *, currency: str = "USD", amount: str = "1.00", policy: str = "") -> str:
    return FLEET.format(more=more, currency=currency, amount=amount, policy=policy)


def wrong(text: str) -> list[str]:
    """All that is said of a file."""
    with pytest.raises(Failure) as failure:
        read(text, NOW)
    assert failure.value.exit_code == 1
    return str(failure.value).splitlines()


@pytest.mark.parametrize(
    ("currency", "written", "minor"),
    [("USD", "1.5", 150), ("USD", "'0.05'", 5), ("JPY", "100", 100), ("KWD", "0.125", 125)],
)
def test_an_amount_is_exact_in_its_currency(currency: str, written: str, minor: int) -> None:
    records = read(fleet(currency=currency, amount=written), NOW).records

    assert records[0].given["unlock_fee"] == minor


@pytest.mark.parametrize(
    ("currency", "written", "decimals"),
    [
        ("USD", "1.005", 2),
        ("USD", "-1", 2),
        ("USD", "1e3", 2),
        ("USD", "1,000.00", 2),
        ("USD", "99999999999999999999", 2),
        ("USD", ".inf", 2),
        ("USD", "'٣'", 2),
        ("JPY", "1.0", 0),
        ("KWD", "0.1255", 3),
    ],
)
def test_an_amount_that_its_currency_has_not_is_refused(
    currency: str, written: str, decimals: int
) -> None:
    # In a mapping of one line a comma would end the amount.
    quoted = written if written.startswith("'") else f"'{written}'"

    exact = f"{currency} with at most {decimals} decimals"
    assert wrong(fleet(currency=currency, amount=quoted)) == [
        f"fleets[0].policy.unlock_fee: should be a plain amount of {exact}"
    ]


def test_plain_words_stay_words() -> None:
    told = "vehicles: [{code: 007, imei: 012345678901234, model: on}]"

    records = read(fleet(told, policy=", prepaid_risk_countries: [NO]"), NOW).records

    vehicle = next(record for record in records if record.kind is Kind.VEHICLE)
    assert vehicle.key["code"] == "007"
    assert vehicle.given == {"imei": "012345678901234", "model": "on"}
    assert records[0].given["prepaid_risk_countries"] == ["NO"]


def test_a_ring_is_closed_and_a_closed_one_stays_as_it_is() -> None:
    zones = """zones:
      - {key: open, name: Open, boundary: [[0, 0], [1, 0], [1, 1]], rebalancing_multiplier: 1.5}
      - {key: closed, name: Closed, boundary: [[0, 0], [1, 0], [1, 1], [0, 0]]}
    """

    records = [record for record in read(fleet(zones), NOW).records if record.kind is Kind.ZONE]

    ring = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 0.0]]
    assert [record.given for record in records] == [
        {"name": "Open", "boundary": ring, "rebalancing_multiplier": Decimal("1.5")},
        {"name": "Closed", "boundary": ring},
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("fleets: [", "line 1: expected the node content, but found '<stream end>'"),
        ("fleets:\n  - key: a\n    key: b\n", "line 3: 'key' stands twice"),
        ('fleets: !!int "x"', "the file is no YAML: invalid literal for int() with base 10: 'x'"),
        ("a: " + "[" * 10_000, "the file is nested too deeply"),
        ("fleets: \0", f"the file is no YAML: {NUL}"),
        ("- fleets", "the file: should be a mapping of names to values"),
        ("flets: []", "flets: is not known here"),
        ("operators: 7", "operators: should be a list"),
        ("fleets: [7]", "fleets[0]: should be a mapping of names to values"),
    ],
)  # fmt: skip
def test_what_is_no_file_of_fleets_is_told_in_one_line(text: str, said: str) -> None:
    assert wrong(text) == [said]


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("vehicles: [{code: A, imei: 1, model: M}]",
         "vehicles[0].imei: should match pattern '^[0-9]{15}$'"),
        ("vehicles: [{code: A, imei: 356938035643809, model: M, status: IN_USE}]",
         "vehicles[0].status: should be 'AVAILABLE', 'MAINTENANCE' or 'OFFLINE'"),
        ("vehicles: [{code: A, imei: 356938035643809, model: M, battery: 50}]",
         "vehicles[0].battery: is not known here"),
        (f"vehicles: [{VEHICLE}, {VEHICLE.replace('356938035643809', '490154203237518')}]",
         "vehicles[1].code: is that of fleets[0].vehicles[0] too"),
        (f"vehicles: [{VEHICLE}, {VEHICLE.replace('A', 'B')}]",
         "vehicles[1].imei: is that of fleets[0].vehicles[0] too"),
        ("regions: [{key: Down Town, name: D}]",
         "regions[0].key: should match pattern '^[a-z0-9][a-z0-9_-]{0,62}$'"),
        ('regions: [{key: d, name: "\\0"}]',
         "regions[0].name: holds a character that no database keeps"),
        ('regions: [{key: d, name: "\\ud800"}]', f"regions[0].name: should be {TEXT}"),
        ("regions: [{key: d, name: null}]", "regions[0].name: should be a valid string"),
        ("regions: [{key: d, name: D}, {key: d, name: E}]",
         "regions[1].key: is that of fleets[0].regions[0] too"),
        ("plans: [{key: p, name: P, price: 1, billing_frequency: HOURLY}]",
         f"plans[0].billing_frequency: should be {FREQUENCIES}"),
        ("plans: [{key: p, name: P, price: 1, billing_frequency: DAILY, included_rides: 0}]",
         "plans[0].included_rides: should be greater than 0"),
        ("packages: [{key: p, name: P, price: 1}]", "packages[0]: needs rides or minutes"),
        ("packages: [{key: p, name: P, price: 1.001, rides: 1}]",
         "packages[0].price: should be a plain amount of USD with at most 2 decimals"),
        ("zones: [{key: z, name: Z, boundary: [[0, 0], [1, 1]]}]",
         "zones[0].boundary: should have at least 3 items after validation, not 2"),
        ("zones: [{key: z, name: Z, boundary: [[0, 0], [1, 1], [2, 2]]}]",
         "zones[0].boundary: encloses no area"),
        ("zones: [{key: z, name: Z, boundary: [[0, 0], [1, 0], [0, 0]]}]",
         "zones[0].boundary: encloses no area"),
        ("zones: [{key: z, name: Z, boundary: [[0, 0], [1, 0], [1, 91]]}]",
         "zones[0].boundary[2][1]: should be less than or equal to 90"),
        ("zones: [{key: z, name: Z, boundary: [[0, 0], [1, 0], [nan, 1]]}]",
         "zones[0].boundary[2][0]: should be less than or equal to 180"),
    ],
)  # fmt: skip
def test_what_a_fleet_cannot_have_is_told_with_its_place(told: str, said: str) -> None:
    assert wrong(fleet(told)) == [f"fleets[0].{said}"]


@pytest.mark.parametrize(
    ("member", "value", "said"),
    [
        ("currency", "USX", "USX is no currency of ISO 4217"),
        ("timezone", "America/Miami",
         "America/Miami is no timezone of the IANA database, as Europe/Berlin is"),
        ("locale", "english", "english is no locale that is known, as de-DE is"),
        ("share_url", "http://bay.example", r"should match pattern '^https://\S+$'"),
        ("name", "", "should be a valid string"),
    ],
)  # fmt: skip
def test_what_a_fleet_says_of_itself_has_to_exist(member: str, value: str, said: str) -> None:
    lines = [line for line in fleet().splitlines() if not line.startswith(f"    {member}:")]

    text = "\n".join([*lines, f"    {member}: {value}"])

    assert wrong(text) == [f"fleets[0].{member}: {said}"]


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        ("operation_limit: 0", "operation_limit: should be above zero"),
        ("auto_top_up: {trigger_below: 1, amount: 0}", "auto_top_up.amount: should be above zero"),
        ("auto_top_up: {amount: 1}", "auto_top_up.trigger_below: is missing"),
        ("minimum_age: null", "minimum_age: should be a valid integer"),
        ("minimum_age: 121", "minimum_age: should be less than or equal to 120"),
        ("payment_mode: CASH", "payment_mode: should be 'WALLET' or 'POST_PAID'"),
        ("prepaid_risk_countries: [XX]",
         "prepaid_risk_countries[0]: XX is no country of ISO 3166, as US is"),
        ("prepaid_risk_countries: [EU]",
         "prepaid_risk_countries[0]: EU is no country of ISO 3166, as US is"),
    ],
)  # fmt: skip
def test_a_policy_that_cannot_be_kept_is_refused(policy: str, said: str) -> None:
    assert wrong(fleet(policy=f", {policy}")) == [f"fleets[0].policy.{said}"]


def test_an_operator_is_assigned_to_fleets_of_the_file_alone() -> None:
    ada = "issuer: i, subject: ada, name: Ada, email: ada@bay.example, role: ADMIN"
    operators = f"operators: [{{{ada}, fleets: [bay, hill]}}, {{{ada}}}]"

    assert wrong(fleet() + "\n" + operators) == [
        "operators[1].subject: is that of operators[0] too",
        "operators[0].fleets[1]: no fleet of this file has the key hill",
    ]


def test_of_many_mistakes_twenty_are_shown() -> None:
    regions = ", ".join(f"{{key: r{number}}}" for number in range(25))

    lines = wrong(fleet(f"regions: [{regions}]"))

    assert lines == [
        *(f"fleets[0].regions[{number}].name: is missing" for number in range(20)),
        "… and 5 more",
    ]
