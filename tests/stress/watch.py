"""Those who look on while money moves: through the API, and at the rows themselves."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import Any

import asyncpg
import httpx

from db.engine import BROKEN
from db.invariants import offenders, promises
from tests.api import codes
from tests.make import Who
from tests.stress.bank import Bank, Line, posted

LOOK = """query ($id: ID!) { customer(id: $id) { wallet { balance { amount } bonus { amount }
  moved: activity(first: 1, filter: {accounts: [BALANCE]}) { nodes { balanceAfter { amount } } }
  given: activity(first: 1, filter: {accounts: [BONUS]}) { nodes { balanceAfter { amount } } }
} } }"""
PROMISED = [p for p in promises() if p.startswith(("WAL-1:", "WAL-3", "WAL-10", "LST-6"))]
SUMS = """
SELECT (SELECT sum(amount) FROM entry WHERE subaccount_id = $1),
  (SELECT sum(balance) FROM account WHERE subaccount_id = $1)
"""
CROSSINGS = """
SELECT coalesce(e.customer_id, n.customer_id), e.crossings, n.told FROM (
  SELECT customer_id, count(*) AS crossings FROM entry
  WHERE subaccount_id = $1 AND account = 'BALANCE' AND kind = 'FEE'
    AND prev_balance >= 0 AND balance_after < 0
  GROUP BY customer_id
) e FULL JOIN (
  SELECT customer_id, count(*) AS told FROM notification WHERE subaccount_id = $1
  GROUP BY customer_id
) n ON n.customer_id = e.customer_id
WHERE e.crossings IS DISTINCT FROM n.told
"""


@dataclass
class Reader:
    """Looks at wallets through the API: what is shown is what their newest lines say."""

    bank: Bank
    who: Who
    addresses: Sequence[str]
    chance: Random
    looks: int = 0

    async def watch(self) -> None:
        async with httpx.AsyncClient(timeout=30) as http:
            while not self.bank.over.is_set():
                address, id = (
                    self.chance.choice(self.addresses),
                    self.chance.choice(self.bank.people),
                )
                with suppress(httpx.TransportError):
                    answer = await posted(http, address, self.who, LOOK, id=id)
                    if codes(answer):
                        assert {code for _, code in codes(answer)} == {"OVERLOADED"}, answer
                    else:
                        self._compare(answer["data"]["customer"]["wallet"])
                await asyncio.sleep(0.05)

    def _compare(self, wallet: Mapping[str, Any]) -> None:
        for held, lines in ((wallet["balance"], "moved"), (wallet["bonus"], "given")):
            newest = [line["balanceAfter"]["amount"] for line in wallet[lines]["nodes"]] or ["0.00"]
            assert newest == [held["amount"]]
        self.looks += 1


@dataclass
class Auditor:
    """Reads everything in one view of the database, again and again, whatever is killed."""

    bank: Bank
    url: str
    looks: int = 0
    interrupted: int = 0

    async def watch(self) -> None:
        while not self.bank.over.is_set():
            try:
                await self.look()
            except BROKEN:
                self.interrupted += 1
            await asyncio.sleep(0.2)

    async def look(self) -> None:
        connection = await asyncpg.connect(self.url, timeout=10)
        try:
            await self._compare(connection)
        finally:
            connection.terminate()
        self.looks += 1

    async def _compare(self, connection: "asyncpg.Connection[Any]") -> None:
        fleet, now = self.bank.fleet.id, datetime.now(UTC)
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            for promise in PROMISED:
                assert (promise, await offenders(connection, promise, now, [fleet])) == (
                    promise,
                    [],
                )
            ledger, balances = await connection.fetchrow(SUMS, fleet) or (None, None)
            assert ledger == balances
            assert await connection.fetch(CROSSINGS, fleet) == []


async def ledger(bank: Bank, store: asyncpg.Pool) -> dict[str, Line]:
    """What the database keeps of all that was asked for, whether or not anybody was told."""
    rows = await store.fetch(
        "SELECT id, customer_id, account, kind, amount FROM entry"
        " WHERE subaccount_id = $1 AND actor <> 'sys:test'",
        bank.fleet.id,
    )
    return {row["id"]: Line(*row) for row in rows}
