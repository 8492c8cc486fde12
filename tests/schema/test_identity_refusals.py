"""What keeps an operator from deciding on an identity: nothing is changed then."""

from typing import Any

import orjson
import pytest

from domain.access import Role, Scope
from tests.api import Api, codes
from tests.identity import CLEAR, GIVEN, REQUIRE, VERIFY, document, perform, somebody
from tests.make import JOINED, Fleet, Make


@pytest.mark.parametrize(
    ("name", "field"), [(REQUIRE, "reason"), (VERIFY, "notes"), (CLEAR, "note")]
)
@pytest.mark.parametrize(
    ("words", "code"),
    [
        *(("", "REASON_REQUIRED"), (" \t\n\u00a0", "REASON_REQUIRED")),
        *(("a\0b", "INVALID_INPUT"), ("x" * 501, "INVALID_INPUT")),
        *(("x" * 100_000, "INVALID_INPUT"), ("é" * 500, None), ("你好 שלום 🛴", None)),
    ],
    ids=range(7),
)
async def test_words_that_say_nothing_or_cannot_be_kept_are_refused(
    api: Api, fleet: Fleet, name: str, field: str, words: str, code: str | None
) -> None:
    customer, admin = await somebody(fleet, "pending"), await fleet.operator()

    payload = await perform(api, admin, name, customer, **{field: words})

    optional = name == CLEAR and code == "REASON_REQUIRED"
    errors = [] if optional or code is None else [{"code": code, "field": ["input", field]}]
    assert payload["userErrors"] == errors
    assert (payload["customer"] is None) is bool(errors)
    assert await fleet.kept("audit_entry") == {"audit_entry": 0 if errors else 1}


@pytest.mark.rule("ROL-4")
@pytest.mark.parametrize("name", [REQUIRE, CLEAR, VERIFY])
async def test_another_fleets_customer_is_nobody_and_a_deleted_one_stays_as_it_is(
    api: Api, fleet: Fleet, make: Make, name: str
) -> None:
    stranger, admin = await make.fleet(), await fleet.operator()
    theirs = await somebody(stranger, "pending")
    gone = await somebody(fleet, "pending")
    await fleet.change(gone, deleted_at=JOINED)
    nobody = "cust_00000000000000000000000000"

    def asked(id: str) -> dict[str, Any]:
        return {"input": GIVEN[name] | {"customerId": id}}

    foreign, unknown = [
        (await api.answer(admin, document(name), **asked(id))).content for id in (theirs, nobody)
    ]
    deleted = await perform(api, admin, name, gone)
    malformed = await api.ask(admin, document(name), **asked("cust_1"))

    assert foreign == unknown
    assert orjson.loads(foreign)["data"][name] == {
        "customer": None,
        "userErrors": [{"code": "NOT_FOUND", "field": ["input", "customerId"]}],
    }
    assert deleted["userErrors"] == [{"code": "CUSTOMER_DELETED", "field": ["input", "customerId"]}]
    assert codes(malformed) == [([name], "BAD_USER_INPUT")]
    for there, customer in ((stranger, theirs), (fleet, gone)):
        assert await there.kept("audit_entry") == {"audit_entry": 0}
        assert (
            await there.make.store.fetchval(
                "SELECT identity_status FROM customer WHERE id = $1", customer
            )
            == "PENDING"
        )


ADMITTED = (Role.SUPER_ADMIN, Role.GLOBAL_ADMIN, Role.ADMIN)


@pytest.mark.rule("ROL-2", "ROL-5")
@pytest.mark.parametrize("name", [REQUIRE, CLEAR, VERIFY])
async def test_nobody_but_admins_decides_on_identities(api: Api, fleet: Fleet, name: str) -> None:
    customer = await somebody(fleet, "pending")
    barred = [await fleet.operator(role) for role in Role if role not in ADMITTED]
    barred += [await fleet.rider(customer), await fleet.partner(*Scope)]
    input = GIVEN[name] | {"customerId": customer}

    answers = [await api.ask(who, document(name), input=input) for who in barred]

    assert [codes(answer) for answer in answers] == [[([name], "FORBIDDEN")]] * len(barred)
    assert await fleet.kept("audit_entry") == {"audit_entry": 0}
    payload = await perform(api, await fleet.operator(Role.ADMIN), name, customer)
    assert payload["userErrors"] == []
