"""Cards and tabs equal a full count after every kind of write (LST-1, LST-3, LST-6)."""

from collections.abc import Awaitable, Callable
from itertools import product
from typing import Any

import pytest
from babel.numbers import get_currency_precision

from domain.access import Role, Scope
from tests.api import Api
from tests.loyal import NOON
from tests.make import Fleet, Make, Who

PAGE = """query ($id: ID!) { subaccount(id: $id) {
  customerSummary {
    total active withDebt walletValue { amount currency } totalBonuses { amount currency }
    totalDebt { amount currency } }
  customerTabs { tab count } } }"""
SEARCHED = """query ($id: ID!) { subaccount(id: $id) {
  customers(first: 1, search: "nobody", filter: {deviceOs: []}, tab: DELETED) { nodes { id } }
  customerSummary { total active withDebt walletValue { amount currency }
    totalBonuses { amount currency } totalDebt { amount currency } }
  customerTabs { tab count } } }"""
COUNT = """
SELECT count(*) FILTER (WHERE alive) AS total,
  count(*) FILTER (WHERE alive AND completed_rides > 0) AS active,
  count(*) FILTER (WHERE alive AND blocked_at IS NOT NULL) AS blocked,
  count(*) FILTER (WHERE alive AND identity_required AND identity_status <> 'VERIFIED') AS missing,
  count(*) FILTER (WHERE alive AND balance < 0) AS owing,
  count(*) FILTER (WHERE NOT alive) AS deleted,
  coalesce(sum(balance) FILTER (WHERE alive), 0) AS balance,
  coalesce(sum(bonus) FILTER (WHERE alive), 0) AS bonus,
  coalesce(-sum(balance) FILTER (WHERE alive AND balance < 0), 0) AS debt
FROM (
  SELECT *, deleted_at IS NULL AS alive,
    coalesce((SELECT sum(amount) FROM entry WHERE customer_id = c.id AND account = 'BALANCE'), 0)
      AS balance,
    coalesce((SELECT sum(amount) FROM entry WHERE customer_id = c.id AND account = 'BONUS'), 0)
      AS bonus
  FROM customer c WHERE subaccount_id = $1
) counted
"""
TURNS: tuple[dict[str, Any], ...] = (
    {"blocked_at": NOON, "blocked_reason": "Ran off"}, {"blocked_at": None, "blocked_reason": None},
    {"identity_required": True, "identity_status": "PENDING"},
    {"identity_status": "FAILED"}, {"identity_status": "VERIFIED"},
    {"identity_required": False, "identity_status": "NOT_REQUIRED"},
    {"completed_rides": 1}, {"completed_rides": 2}, {"completed_rides": 0}, {"total_spent": 5},
    {"name": "Augusta"}, {"email": None}, {"last_active_at": NOON},
    {"deleted_at": NOON}, {"deleted_at": None},
)  # fmt: skip
KINDS = (
    ("BALANCE", "CREDIT", 500), ("BALANCE", "FEE", -499), ("BALANCE", "DEBIT", -1),
    ("BALANCE", "FEE", -1), ("BALANCE", "RIDE_CHARGE", -700), ("BALANCE", "TOP_UP", 300),
    ("BALANCE", "AUTO_TOP_UP", 401), ("BALANCE", "RIDE_REFUND", 7), ("BALANCE", "PURCHASE", -6),
    ("BALANCE", "POINTS_REDEMPTION", 2), ("BALANCE", "REFERRAL_REWARD", 3),
    ("BALANCE", "CHALLENGE_REWARD", 4), ("BALANCE", "BULK_CREDIT", 5),
    ("BALANCE", "REVERSAL", -900), ("BALANCE", "REVERSAL", 885),
    ("BONUS", "BONUS", 50), ("BONUS", "RIDE_CHARGE", -20), ("BONUS", "RIDE_REFUND", 20),
    ("BONUS", "REVERSAL", -50),
    ("POINTS", "EARN", 9), ("POINTS", "EXPIRATION", -9),
)  # fmt: skip
REASONS: dict[str, dict[str, str]] = {
    "BONUS": {"bonus_reason": "OPERATOR"},
    "TOP_UP": {"mode": "CASH"},
    "AUTO_TOP_UP": {"mode": "SAVED_CARD"},
}


async def shown(api: Api, who: Who, fleet: Fleet, page: str = PAGE) -> dict[str, Any]:
    found: dict[str, Any] = (await api.get(who, page, id=fleet.id))["subaccount"]
    return found


async def counted(fleet: Fleet, currency: str = "USD") -> dict[str, Any]:
    """The same by a full count of the rows and the ledger."""
    row = await fleet.make.store.fetchrow(COUNT, fleet.id)
    assert row is not None
    places = get_currency_precision(currency)

    def money(column: str) -> dict[str, str]:
        return {"amount": f"{row[column].scaleb(-places):.{places}f}", "currency": currency}

    tabs = {
        "ALL": row["total"],
        "ACTIVE": row["active"],
        "BLOCKED": row["blocked"],
        "UNBLOCKED": row["total"] - row["blocked"],
        "IDENTITY_REQUIRED": row["missing"],
        "WITH_DEBT": row["owing"],
        "DELETED": row["deleted"],
    }
    return {
        "customerSummary": {
            "total": row["total"],
            "active": row["active"],
            "withDebt": row["owing"],
            "walletValue": money("balance"),
            "totalBonuses": money("bonus"),
            "totalDebt": money("debt"),
        },
        "customerTabs": [{"tab": tab, "count": number} for tab, number in tabs.items()],
    }


async def post(fleet: Fleet, customer: str, account: str, kind: str, amount: int) -> None:
    await fleet.post(customer, amount, kind, account=account, **REASONS.get(kind, {}))


async def equal_after_each(
    api: Api, fleet: Fleet, steps: list[Callable[[], Awaitable[object]]]
) -> dict[str, Any]:
    """What is shown at the end, having equalled a full count after each step."""
    who = await fleet.operator(Role.ANALYST)
    found = []
    for step in steps:
        await step()
        found.append((await shown(api, who, fleet), await counted(fleet)))

    assert [page for page, _ in found] == [full for _, full in found]
    return found[-1][0]


@pytest.mark.rule("LST-1", "LST-3", "LST-6")
async def test_new_customers_of_every_kind_are_counted(api: Api, fleet: Fleet) -> None:
    every = product((0, 3), (None, NOON), (None, NOON), ("NOT_REQUIRED", "PENDING", "VERIFIED"))

    def added(rides: int, blocked: Any, deleted: Any, status: str) -> Any:
        return lambda: fleet.customer(
            completed_rides=rides,
            blocked_at=blocked,
            blocked_reason=blocked and "Ran off",
            deleted_at=deleted,
            identity_required=status != "NOT_REQUIRED",
            identity_status=status,
        )

    found = await equal_after_each(api, fleet, [added(*kind) for kind in every])

    counts = [tab["count"] for tab in found["customerTabs"]]
    assert counts == [12, 6, 6, 6, 4, 0, 12]


@pytest.mark.rule("LST-1", "LST-3", "LST-6")
async def test_every_change_of_a_customer_is_counted(api: Api, fleet: Fleet) -> None:
    ada, _ = await fleet.customer(balance=-25), await fleet.customer(balance=100, bonus=7)

    def changed(changes: dict[str, Any]) -> Any:
        return lambda: fleet.change(ada, **changes)

    pairs = [turn for pair in product(TURNS, TURNS) for turn in pair]
    found = await equal_after_each(api, fleet, [changed(turn) for turn in pairs])

    assert found["customerSummary"]["total"] == 2


@pytest.mark.rule("LST-1", "LST-6")
async def test_every_line_of_the_ledger_is_counted_across_zero_both_ways(
    api: Api, fleet: Fleet
) -> None:
    ada = await fleet.customer()

    def posted(line: tuple[str, str, int]) -> Any:
        return lambda: post(fleet, ada, *line)

    found = await equal_after_each(api, fleet, [posted(line) for line in KINDS])

    assert found["customerSummary"]["walletValue"] == {"amount": "0.00", "currency": "USD"}
    assert found["customerSummary"]["totalBonuses"] == {"amount": "0.00", "currency": "USD"}


@pytest.mark.rule("CUS-5", "LST-1", "LST-6")
@pytest.mark.parametrize("balance", [800, -800])
async def test_what_a_deleted_customer_holds_stays_and_leaves_the_sums(
    api: Api, fleet: Fleet, balance: int
) -> None:
    ada, _ = await fleet.customer(balance=balance, bonus=70), await fleet.customer(balance=1)
    await fleet.post(ada, 9, "EARN", account="POINTS")
    who = await fleet.operator()
    before = await shown(api, who, fleet)

    await fleet.change(ada, deleted_at=NOON)
    gone = await shown(api, who, fleet)
    await fleet.change(ada, deleted_at=None)
    back = await shown(api, who, fleet)

    held = await fleet.make.store.fetch(
        "SELECT balance FROM account WHERE customer_id = $1 ORDER BY kind", ada
    )
    assert [row["balance"] for row in held] == [balance, 70, 9]
    assert gone["customerSummary"] == {
        "total": 1,
        "active": 0,
        "withDebt": 0,
        "walletValue": {"amount": "0.01", "currency": "USD"},
        "totalBonuses": {"amount": "0.00", "currency": "USD"},
        "totalDebt": {"amount": "0.00", "currency": "USD"},
    }
    assert before["customerSummary"] | {"total": 2} == before["customerSummary"]
    assert back == await counted(fleet)


@pytest.mark.rule("LST-1")
async def test_search_filter_and_tab_do_not_change_the_cards(api: Api, fleet: Fleet) -> None:
    await fleet.customer(balance=5, completed_rides=1)
    await fleet.customer(balance=-5, deleted_at=NOON)
    who = await fleet.operator()

    found = await shown(api, who, fleet, SEARCHED)

    assert found.pop("customers") == {"nodes": []}
    assert found == await shown(api, who, fleet) == await counted(fleet)


@pytest.mark.rule("ROL-9", "LST-3")
async def test_who_may_not_see_wallets_is_not_told_how_many_owe(api: Api, fleet: Fleet) -> None:
    await fleet.customer(balance=-5)
    partner = await fleet.partner(Scope.CUSTOMERS_READ)

    answer = await api.ask(partner, PAGE, id=fleet.id)

    tabs = answer["data"]["subaccount"]["customerTabs"]
    every = (await counted(fleet))["customerTabs"]
    assert tabs == [tab for tab in every if tab["tab"] != "WITH_DEBT"]


@pytest.mark.rule("GEN-4", "LST-1")
@pytest.mark.parametrize(
    ("currency", "value", "debt"),
    [("JPY", "18014398509481985", "7"), ("KWD", "18014398509481.985", "0.007")],
)
async def test_money_beyond_32_bits_is_told_exactly(
    make: Make, api: Api, currency: str, value: str, debt: str
) -> None:
    fleet = await make.fleet(currency=currency)
    for balance in (2**53, 2**53, -7):
        await fleet.customer(balance=balance, bonus=2**40)
    await fleet.post(await fleet.customer(), 8)

    found = await shown(api, await fleet.operator(), fleet)

    assert found == await counted(fleet, currency)
    assert found["customerSummary"]["walletValue"] == {"amount": value, "currency": currency}
    assert found["customerSummary"]["totalDebt"] == {"amount": debt, "currency": currency}
