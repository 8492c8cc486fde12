"""The phone on which the rider has the app."""

from typing import Any

import orjson
import pytest

from domain.access import CallerKind, Role
from domain.device import DEVICES_MAX
from tests.api import Api, codes
from tests.make import HOUR, Fleet, Make, Who

REGISTER = """
mutation ($input: RegisterDeviceInput!) {
  registerDevice(input: $input) { customer { id deviceOs locale } userErrors { code field } }
}
"""
FIRST = "token-1"


async def register(api: Api, who: Who, token: str = FIRST, **changed: Any) -> dict[str, Any]:
    given = {"token": token, "os": "ANDROID", **changed}
    payload: dict[str, Any] = (await api.get(who, REGISTER, input=given))["registerDevice"]
    return payload


async def devices(fleet: Fleet) -> list[tuple[Any, ...]]:
    rows = await fleet.make.store.fetch(
        "SELECT customer_id, token, os, locale, device_id, app_version FROM device"
        " WHERE subaccount_id = $1 ORDER BY registered_at",
        fleet.id,
    )
    return [tuple(row) for row in rows]


@pytest.mark.rule("CUS-3")
async def test_os_and_locale_of_the_customer_follow_the_newest_phone(
    api: Api, fleet: Fleet
) -> None:
    customer = await fleet.customer(device_os="IOS", locale="en-US")
    rider = await fleet.rider(customer)

    first = await register(api, rider, locale="de-DE", deviceId="phone", appVersion="1.2.3")
    second = await register(api, rider, "token-2", os="IOS")

    followed = {"id": customer, "deviceOs": "ANDROID", "locale": "de-DE"}
    assert first == {"customer": followed, "userErrors": []}
    assert second == {"customer": followed | {"deviceOs": "IOS"}, "userErrors": []}
    assert await devices(fleet) == [
        (customer, "token-1", "ANDROID", "de-DE", "phone", "1.2.3"),
        (customer, "token-2", "IOS", None, None, None),
    ]
    trail = await fleet.make.store.fetch(
        "SELECT actor, action, changes::text FROM audit_entry WHERE subaccount_id = $1"
        " ORDER BY created_at",
        fleet.id,
    )
    assert [(*entry[:2], orjson.loads(entry[2])) for entry in trail] == [
        (
            customer,
            "register_device",
            {
                "before": {"device_os": "IOS", "locale": "en-US"},
                "after": {"device_os": "ANDROID", "locale": "de-DE"},
            },
        ),
        (
            customer,
            "register_device",
            {"before": {"device_os": "ANDROID"}, "after": {"device_os": "IOS"}},
        ),
    ]


async def test_starting_the_app_again_changes_nothing(api: Api, fleet: Fleet) -> None:
    rider = await fleet.rider(await fleet.customer(device_os="ANDROID"))
    first = await register(api, rider)

    again = await register(api, rider)

    assert again == first
    assert await fleet.kept("device", "audit_entry") == {"device": 1, "audit_entry": 0}


async def test_a_phone_belongs_to_who_used_it_last(api: Api, fleet: Fleet, make: Make) -> None:
    one, other = await fleet.customer(), await fleet.customer()
    elsewhere = await make.fleet()
    await register(api, await fleet.rider(one))
    await register(api, await elsewhere.rider(await elsewhere.customer()))

    await register(api, await fleet.rider(other))

    assert [row[:2] for row in await devices(fleet)] == [(other, "token-1")]
    assert await elsewhere.kept("device") == {"device": 1}


async def test_a_new_token_takes_the_place_of_the_phones_old_one(api: Api, fleet: Fleet) -> None:
    customer = await fleet.customer()
    rider = await fleet.rider(customer)
    await register(api, rider, deviceId="phone")
    await register(api, rider, "token-2", deviceId="tablet")

    await register(api, rider, "token-3", deviceId="phone")

    assert [row[1] for row in await devices(fleet)] == ["token-2", "token-3"]


async def test_the_phones_that_were_used_longest_ago_are_forgotten(api: Api, fleet: Fleet) -> None:
    rider = await fleet.rider(await fleet.customer())

    for number in range(DEVICES_MAX + 2):
        await register(api, rider, f"token-{number}")

    tokens = [row[1] for row in await devices(fleet)]
    assert tokens == [f"token-{number}" for number in range(2, DEVICES_MAX + 2)]


@pytest.mark.parametrize("token", ["", " ", "two words", "a\0b", "x" * 256, "a\nb"])
async def test_a_token_is_one_word(api: Api, fleet: Fleet, token: str) -> None:
    rider = await fleet.rider(await fleet.customer(device_os="IOS"))

    payload = await register(api, rider, token, deviceId="x" * 101, appVersion="\0")

    assert payload == {
        "customer": None,
        "userErrors": [
            {"code": "INVALID_INPUT", "field": ["input", name]}
            for name in ("token", "deviceId", "appVersion")
        ],
    }
    assert await fleet.kept("device", "audit_entry") == {"device": 0, "audit_entry": 0}


async def test_a_locale_is_one_that_amounts_can_be_written_by(api: Api, fleet: Fleet) -> None:
    rider = await fleet.rider(await fleet.customer())
    given = {"token": "token-1", "os": "IOS", "locale": "xx-nowhere"}

    answer = await api.ask(rider, REGISTER, input=given)

    assert [code for _, code in codes(answer)] == ["BAD_USER_INPUT"]
    assert await fleet.kept("device") == {"device": 0}


async def test_only_a_rider_has_a_phone(api: Api, fleet: Fleet, make: Make) -> None:
    await fleet.customer()
    unbound = Who("nobody", make.issuer.mint(CallerKind.RIDER, "nobody", HOUR))

    for who in (await fleet.operator(Role.SUPER_ADMIN), unbound):
        answer = await api.ask(who, REGISTER, input={"token": "token-1", "os": "IOS"})

        assert codes(answer) == [(["registerDevice"], "FORBIDDEN")]

    assert await fleet.kept("device") == {"device": 0}
