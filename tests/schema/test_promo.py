"""The promo codes of a fleet: newest first, and by a part of what is on the flyer."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from domain import ids
from domain.access import Role, Scope
from domain.ids import Prefix
from tests.api import Api, codes
from tests.make import JOINED, Fleet, Make
from tests.statements import data, sent

LIST = """
query ($id: ID!, $first: Int, $after: String, $last: Int, $before: String, $search: String) {
  subaccount(id: $id) {
    promoCodes(first: $first, after: $after, last: $last, before: $before, search: $search) {
      nodes { id code } edges { cursor node { id } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
}
"""
WHOLE = """
query ($id: ID!) { subaccount(id: $id) { promoCodes { nodes {
  code discountType percentOff amountOff { amount currency } freeMinutes startsAt endsAt
  maxRedemptions maxRedemptionsPerCustomer redemptions active
} } } }
"""
FLEETS = "{ subaccounts { id promoCodes { nodes { id } } } }"


async def promo(fleet: Fleet, code: str, *, minute: int = 0, **changed: Any) -> str:
    """A code that was made so many minutes after the fleet's first."""
    id = ids.new(Prefix.PROMO_CODE, JOINED + timedelta(minutes=minute))
    values = {"discount_type": "PERCENTAGE", "percent_off": 20, "active": True}
    return await fleet.row("promo_code", id=id, code=code, **(values | changed))


async def found(api: Api, fleet: Fleet, **asked: Any) -> list[str]:
    """The codes of a page, as the fleet writes them."""
    page = await api.get(await fleet.operator(), LIST, id=fleet.id, **asked)
    return [node["code"] for node in page["subaccount"]["promoCodes"]["nodes"]]


async def test_a_code_is_listed_with_what_it_takes_off_and_how_often(
    api: Api, fleet: Fleet
) -> None:
    ends = datetime(2026, 9, 1, tzinfo=UTC)
    off: dict[str, Any] = {"discount_type": "FIXED_AMOUNT", "percent_off": None, "amount_off": 250}
    await promo(fleet, "Ride-2.50", **off, redemptions=3, max_redemptions=10, active=False)
    limits = {"starts_at": JOINED, "ends_at": ends, "max_redemptions_per_customer": 1}
    await promo(fleet, "Summer", minute=1, **limits)

    listed = await api.get(await fleet.operator(), WHOLE, id=fleet.id)

    plain = {"freeMinutes": None, "startsAt": None, "endsAt": None}
    assert listed["subaccount"]["promoCodes"]["nodes"] == [
        {
            "code": "Summer",
            "discountType": "PERCENTAGE",
            "percentOff": "20.00",
            "amountOff": None,
            "freeMinutes": None,
            "startsAt": "2026-01-15T12:00:00Z",
            "endsAt": "2026-09-01T00:00:00Z",
            "maxRedemptions": None,
            "maxRedemptionsPerCustomer": 1,
            "redemptions": 0,
            "active": True,
        },
        plain
        | {
            "code": "Ride-2.50",
            "discountType": "FIXED_AMOUNT",
            "percentOff": None,
            "amountOff": {"amount": "2.50", "currency": "USD"},
            "maxRedemptions": 10,
            "maxRedemptionsPerCustomer": None,
            "redemptions": 3,
            "active": False,
        },
    ]


async def test_codes_page_newest_first_and_back(api: Api, fleet: Fleet) -> None:
    for minute in range(7):
        await promo(fleet, str(minute), minute=minute)
    clerk = await fleet.operator()

    async def page(**asked: Any) -> tuple[str, dict[str, Any]]:
        listed = (await api.get(clerk, LIST, id=fleet.id, **asked))["subaccount"]["promoCodes"]
        assert listed["pageInfo"]["startCursor"] == listed["edges"][0]["cursor"]
        assert listed["pageInfo"]["endCursor"] == listed["edges"][-1]["cursor"]
        return "".join(node["code"] for node in listed["nodes"]), listed["pageInfo"]

    first, at = await page(first=3)
    second, then = await page(first=3, after=at["endCursor"])
    third, end = await page(first=3, after=then["endCursor"])
    assert (first, second, third) == ("654", "321", "0")
    assert [info["hasNextPage"] for info in (at, then, end)] == [True, True, False]
    assert [info["hasPreviousPage"] for info in (at, then, end)] == [False, True, True]

    last, at = await page(last=3)
    middle, then = await page(last=3, before=at["startCursor"])
    assert (middle, last) == ("543", "210")
    assert [info["hasPreviousPage"] for info in (at, then)] == [True, True]


@pytest.mark.parametrize(
    ("search", "codes"),
    [
        ("summer", ["summer_sale", "SUMMER 25%"]),
        ("MER_S", ["summer_sale"]),
        ("25%", ["SUMMER 25%"]),
        ("%", ["SUMMER 25%"]),
        ("_", ["summer_sale"]),
        ("\\", ["back\\slash"]),
        ("O'N", ['"O\'NEILL"']),
        ('"o', ['"O\'NEILL"']),
        ("🛴", ["RIDE🛴"]),
        ("straße", ["STRASSE-Straße"]),
        ("x", []),
        ("%%", []),
        ("e", ["RIDE🛴", '"O\'NEILL"', "STRASSE-Straße", "summer_sale", "SUMMER 25%"]),
        (" 25% ", ["SUMMER 25%"]),
        ("s" * 200, []),
    ],
)
async def test_search_finds_a_part_of_the_code_whatever_its_characters(
    api: Api, fleet: Fleet, search: str, codes: list[str]
) -> None:
    written = ["SUMMER 25%", "summer_sale", "STRASSE-Straße", '"O\'NEILL"', "back\\slash", "RIDE🛴"]
    for minute, code in enumerate(written):
        await promo(fleet, code, minute=minute)

    assert await found(api, fleet, search=search) == codes


@pytest.mark.parametrize("search", [None, "", " ", "\t\n", "\u3000"])
async def test_a_blank_search_looks_for_nothing(api: Api, fleet: Fleet, search: str | None) -> None:
    await promo(fleet, "SUMMER")

    assert await found(api, fleet, search=search) == ["SUMMER"]


@pytest.mark.parametrize("search", ["a\0b", "\0", "s" * 201, "s" * 10_000, " " * 201])
async def test_a_search_that_no_code_could_meet_is_bad_input(
    api: Api, fleet: Fleet, search: str
) -> None:
    answer = await api.ask(await fleet.operator(), LIST, id=fleet.id, search=search)

    assert codes(answer) == [(["subaccount", "promoCodes"], "BAD_USER_INPUT")]
    assert answer["data"] == {"subaccount": {"promoCodes": None}}


async def test_a_search_pages_as_the_whole_list_does(api: Api, fleet: Fleet) -> None:
    for minute in range(6):
        await promo(fleet, f"{'WIN' if minute % 2 else 'FALL'}-{minute}", minute=minute)
    clerk = await fleet.operator()
    asked = {"id": fleet.id, "search": "win"}

    first = await api.get(clerk, LIST, **asked, first=2)
    info = first["subaccount"]["promoCodes"]["pageInfo"]

    assert info["hasNextPage"]
    assert await found(api, fleet, search="win", first=2, after=info["endCursor"]) == ["WIN-1"]
    assert await found(api, fleet, search="win", last=1) == ["WIN-1"]


@pytest.mark.parametrize(
    "asked",
    [{"first": 0}, {"first": -1}, {"first": 101}, {"last": 0}, {"first": 1, "last": 1},
     {"after": ""}, {"after": "no cursor"}, {"before": "\0"}],
)  # fmt: skip
async def test_what_cannot_be_a_page_is_bad_input(
    api: Api, fleet: Fleet, asked: dict[str, Any]
) -> None:
    answer = await api.ask(await fleet.operator(), LIST, id=fleet.id, **asked)

    assert codes(answer) == [(["subaccount", "promoCodes"], "BAD_USER_INPUT")]


@pytest.mark.rule("ROL-4")
async def test_no_code_and_no_cursor_leads_into_another_fleet(api: Api, make: Make) -> None:
    here, there = await make.fleet(), await make.fleet()
    await promo(here, "OURS")
    foreign = await promo(there, "THEIRS")
    clerk = await here.operator(Role.GLOBAL_ADMIN)
    everywhere = await make.operator(here, there)
    page = await api.get(everywhere, LIST, id=there.id)
    cursor = page["subaccount"]["promoCodes"]["pageInfo"]["endCursor"]

    trespass = await api.ask(clerk, LIST, id=there.id)
    node = await api.get(clerk, "query ($id: ID!) { node(id: $id) { id } }", id=foreign)
    along = await api.ask(everywhere, LIST, id=here.id, after=cursor)

    assert trespass == {"data": {"subaccount": None}}
    assert node == {"node": None}
    assert codes(along) == [(["subaccount", "promoCodes"], "BAD_USER_INPUT")]
    assert await found(api, here) == ["OURS"]


@pytest.mark.rule("ROL-5")
async def test_those_who_may_not_list_codes_are_told_so(api: Api, fleet: Fleet) -> None:
    await promo(fleet, "SECRET")
    barred = [
        await fleet.operator(Role.ANALYST),
        await fleet.operator(Role.VIEWER),
        await fleet.operator(Role.SERVICE_TECH),
        await fleet.partner(*Scope),
        await fleet.rider(await fleet.customer()),
    ]

    answers = [await api.ask(who, LIST, id=fleet.id) for who in barred]

    forbidden = (["subaccount", "promoCodes"], "FORBIDDEN")
    assert [codes(answer) for answer in answers] == [[forbidden]] * len(barred)
    assert [answer["data"] for answer in answers] == [{"subaccount": {"promoCodes": None}}] * 5


async def test_two_fleets_take_no_more_statements_than_one(
    api: Api, engine: AsyncEngine, make: Make
) -> None:
    fleets = [await make.fleet() for _ in range(2)]
    for fleet in fleets:
        await promo(fleet, "SUMMER")
    one, both = await make.operator(fleets[0]), await make.operator(*fleets)

    await api.get(both, FLEETS)  # a new connection asks for its types, once
    with sent(engine) as for_one:
        await api.get(one, FLEETS)
    with sent(engine) as for_both:
        listed = await api.get(both, FLEETS)

    assert [len(each["promoCodes"]["nodes"]) for each in listed["subaccounts"]] == [1, 1]
    assert data(for_both) == data(for_one)
    assert len(data(for_both)) == 2  # the fleets, their codes
