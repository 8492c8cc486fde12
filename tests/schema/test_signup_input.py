"""What a signup may say: names, addresses and places of every kind, and what is none."""

from typing import Any

import pytest

from tests.api import Api
from tests.make import Fleet
from tests.signing import REGISTER, nothing_written, place, refusals, register, signup

NO_PHONES = (
    "4155550100", "+1 415 555 0100", "+1-415-555-0100", "+1(415)5550100", "+1.415.555.0100",
    "tel:+14155550100", "+\uff11\uff14155550100", "+0123456", "+1\0", "+12", "", "+" + "1" * 16,
    "14155550100x7",
)  # fmt: skip
"""E.164 has a plus and 7 to 15 plain digits."""


@pytest.mark.rule("CUS-1")
@pytest.mark.parametrize(
    "name",
    [
        "Ю", "Łucja Ślęzak", "王小明", "محمد بن سلمان", "אָדָם", "ชาญชัย", "हिन्दी", "ᏣᎳᎩ", "𐌰𐌱𐌲",
        "O'Neill-Smith, Jr.", "José María López y 3 Hijos", "🛴", "\u0645\u06cc\u200c\u062e\u0648",
        "x" * 200, "\ufdfa" * 50, "Z\u0351\u036balgo",
    ],
)  # fmt: skip
async def test_names_of_every_script_are_kept_as_they_are(
    api: Api, fleet: Fleet, name: str
) -> None:
    payload = await register(api, await fleet.operator(), **signup(fleet, name=name))

    assert (payload["userErrors"], payload["customer"]["name"]) == ([], name)


@pytest.mark.parametrize(
    "name",
    [
        "", " ", "\u00a0\u2003", "\u200b", "\u0301", "x" * 201, "a\0b", "a\nb", "a\x1b[0m",
        "a\u2028b", "evil\u202egnp.exe", "\ufdfa" * 200, "x" * 200_000,
    ],
)  # fmt: skip
async def test_what_is_no_name_is_refused(api: Api, fleet: Fleet, name: str) -> None:
    payload = await register(api, await fleet.operator(), **signup(fleet, name=name))

    assert refusals(payload) == [("INVALID_INPUT", place("name"))]
    assert await nothing_written(fleet)


@pytest.mark.rule("CUS-1")
@pytest.mark.parametrize(
    "email",
    [
        "a@b.co", "a.b+tag@sub.domain.example", "o'neill@x.example", "用户@例子.广告",
        "δοκιμή@παράδειγμα.ελ", "संपर्क@उदाहरण.भारत", "x@xn--bcher-kva.example", "1@2.example",
        f"{'l' * 64}@x.example", f"a@{'d' * 63}.example", f"a@{'.'.join(['d' * 59] * 4)}.example",
    ],
)  # fmt: skip
async def test_addresses_of_every_script_are_kept_as_they_are(
    api: Api, fleet: Fleet, email: str
) -> None:
    payload = await register(api, await fleet.operator(), **signup(fleet, email=email))

    assert (payload["userErrors"], payload["customer"]["email"]) == ([], email)


@pytest.mark.rule("CUS-1")
@pytest.mark.parametrize(
    "email",
    [
        "", " ", "a", "@", "a@", "@b.example", "a@b", "a@b.", "a@.b", "a@b..example",
        "a..b@c.example", ".a@b.example", "a.@b.example", "a@b@c.example", "a b@c.example",
        "a@b c.example", "a@-b.example", "a@b-.example", "a@127.0.0.1", "a@[127.0.0.1]",
        '"a b"@c.example', "a@b_c.example", "<a@b.example>", "A <a@b.example>",
        "a@b.example,c@d.example", "a@b.example\0", "a\0@b.example",
        "a\r\nBcc: x@b.example", "a\u200b@b.example", f"{'l' * 65}@x.example",
        f"{'ü' * 33}@x.example", f"a@{'d' * 64}.example", f"a@{'.'.join(['d' * 61] * 4)}.example",
        "a@b.example" * 20_000,
    ],
)  # fmt: skip
async def test_what_is_no_address_is_refused(api: Api, fleet: Fleet, email: str) -> None:
    payload = await register(api, await fleet.operator(), **signup(fleet, email=email))

    assert refusals(payload) == [("INVALID_INPUT", place("email"))]
    assert await nothing_written(fleet)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"gps": {"latitude": 90.1, "longitude": 0}}, "gps"),
        ({"gps": {"latitude": 0, "longitude": -180.1}}, "gps"),
        ({"gps": {"latitude": 0, "longitude": 0, "accuracyMeters": -1}}, "gps"),
        ({"ipAddress": ""}, "ipAddress"),
        ({"ipAddress": "localhost"}, "ipAddress"),
        ({"ipAddress": "198.51.100.256"}, "ipAddress"),
        ({"ipAddress": "198.51.100.7/32"}, "ipAddress"),
        ({"ipAddress": "fe80::1%eth0"}, "ipAddress"),
        ({"ipAddress": "\0"}, "ipAddress"),
        ({"deviceId": "x" * 256}, "deviceId"),
        ({"deviceId": "a\0b"}, "deviceId"),
        ({"idempotencyKey": ""}, "idempotencyKey"),
        ({"idempotencyKey": "k" * 10_000}, "idempotencyKey"),
    ],
)
async def test_what_cannot_be_read_is_refused(
    api: Api, fleet: Fleet, changed: dict[str, Any], field: str
) -> None:
    payload = await register(api, await fleet.operator(), **signup(fleet, **changed))

    assert refusals(payload) == [("INVALID_INPUT", place(field))]
    assert await nothing_written(fleet)


@pytest.mark.parametrize(
    "changed",
    [
        {"subaccountId": "no id"},
        {"regionId": "no id"},
        *({"phone": phone} for phone in ("4155550100", "+1 415 555 0100", "+1-415-555-0100", "")),
        *({"phone": number} for number in NO_PHONES),
        {"locale": "nowhere"},
        {"deviceOs": "SYMBIAN"},
        {"gps": {"latitude": "0", "longitude": 0}},
        {"gps": {"latitude": 10**400, "longitude": 0}},
        {"gps": {"latitude": 1e308, "longitude": 0}},
        {"name": "x" * 1_000_000},
        *({text: "\ud800"} for text in ("name", "email", "deviceId", "referralCode")),
        {"idempotencyKey": "\ud800"},
        {"name": None},
        {"email": None},
    ],
)
async def test_what_is_of_another_form_is_bad_input(
    api: Api, fleet: Fleet, changed: dict[str, Any]
) -> None:
    answer = await api.answer(await fleet.operator(), REGISTER, input=signup(fleet, **changed))

    assert answer.status_code < 500
    errors = answer.json()["errors"]
    assert {error["extensions"]["code"] for error in errors} == {"BAD_USER_INPUT"}
    assert await nothing_written(fleet)
