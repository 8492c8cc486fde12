"""A bank: clients who move money in a few wallets, and ask until they are answered."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count
from random import Random
from typing import Any

import httpx

from tests.api import codes
from tests.make import Fleet, Who
from tests.stress.supervised import seconds

ASK = """mutation ($input: %sInput!) { %s(input: $input) {
  transactions { id account kind amount { amount } } replayed userErrors { code } } }"""
PAUSE = 0.1, 0.5
"""Seconds between a client's requests: the machine is not to be busy with asking alone."""
AGAIN = 0.05, 0.2
"""Seconds after which a client asks again."""
REPEATED = {"IN_PROGRESS", "OVERLOADED"}
"""What a client is told that should ask again; anything else at the top is a fault of ours."""


@dataclass(frozen=True)
class Line:
    """A line of the ledger as a client was told of it; the amount in cents."""

    id: str
    customer_id: str
    account: str
    kind: str
    amount: int


@dataclass
class Bank:
    """What has been done so far, as the clients were told."""

    fleet: Fleet
    people: Sequence[str]
    succeeded: Callable[[str, float], None]
    """Hears of each success: the server's address, and when it was asked."""
    lines: dict[str, Line] = field(default_factory=dict)
    reversible: list[Line] = field(default_factory=list)
    held: Counter[str] = field(default_factory=Counter)
    """What each balance should be by now, but for what is under way."""
    told: Counter[str] = field(default_factory=Counter)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def operations(self) -> int:
        """How many requests were answered for good: done, or refused."""
        return sum(n for name, n in self.told.items() if name.startswith(("done", "refused")))

    def booked(self, asked: "Request", found: Sequence[Mapping[str, Any]]) -> None:
        for each in found:
            amount = int(Decimal(each["amount"]["amount"]) * 100)
            line = Line(each["id"], asked.customer_id, each["account"], each["kind"], amount)
            assert (line.account, line.kind, line.amount) == asked.expected
            assert line.id not in self.lines
            self.lines[line.id] = line
            self.held[line.customer_id] += amount * (line.account == "BALANCE")
            if line.kind != "REVERSAL":
                self.reversible.append(line)


@dataclass(frozen=True)
class Request:
    """What a client asks for, and the one line that it should make of it."""

    mutation: str
    customer_id: str
    input: Mapping[str, Any]
    expected: tuple[str, str, int]


def money(cents: int) -> dict[str, str]:
    return {"amount": f"{cents // 100}.{cents % 100:02}", "currency": "USD"}


def credit(bank: Bank, chance: Random) -> Request:
    """To one of the poorer."""
    who = min(chance.sample(bank.people, 3), key=bank.held.__getitem__)
    cents = chance.randint(1, 800)
    given = {"customerId": who, "amount": money(cents)}
    return Request("addWalletCredit", who, given, ("BALANCE", "CREDIT", cents))


def fee(bank: Bank, chance: Random) -> Request:
    """From one of the richer, if that is no debtor: balances stay near zero, and cross it often."""
    who = max(chance.sample(bank.people, 3), key=bank.held.__getitem__)
    if bank.held[who] < 0:
        return credit(bank, chance)
    cents = chance.randint(1, 800)
    given = {"customerId": who, "amount": money(cents), "description": "Parked on a tram line"}
    return Request("chargeFee", who, given, ("BALANCE", "FEE", -cents))


def bonus(bank: Bank, chance: Random) -> Request:
    who, cents = chance.choice(bank.people), chance.randint(1, 300)
    given = {"customerId": who, "amount": money(cents), "reason": "OPERATOR"}
    return Request("addBonus", who, given, ("BONUS", "BONUS", cents))


def reduction(bank: Bank, chance: Random) -> Request:
    who, cents = chance.choice(bank.people), chance.randint(1, 400)
    negative = chance.random() < 0.5
    given = {"customerId": who, "amount": money(cents), "reason": "Spent in the shop"}
    expected = ("BALANCE", "DEBIT", -cents)
    return Request("reduceBalance", who, {**given, "allowNegative": negative}, expected)


def reversal(bank: Bank, chance: Random) -> Request:
    """Of any line, also of one that was reversed before, or that two reverse at once."""
    if not bank.reversible:
        return credit(bank, chance)
    line = chance.choice(bank.reversible[-200:])
    given = {"transactionId": line.id, "reason": "Booked by mistake"}
    expected = (line.account, "REVERSAL", -line.amount)
    return Request("reverseWalletTransaction", line.customer_id, given, expected)


OPERATIONS = (credit, fee, bonus, reduction, reversal)
REFUSALS = {
    "reduceBalance": {"INSUFFICIENT_BALANCE"},
    "reverseWalletTransaction": {"CONFLICT", "INSUFFICIENT_BALANCE"},
}
"""What may be refused here, since others move the same money."""


@dataclass
class Client:
    """One that asks again, with the same key and wherever it is heard, until it is answered."""

    bank: Bank
    who: Who
    addresses: Sequence[str]
    chance: Random

    async def bustle(self) -> None:
        """Move money until the bank closes."""
        async with httpx.AsyncClient(timeout=30) as http:
            for number in count():
                if self.bank.over.is_set():
                    return
                request = self.chance.choice(OPERATIONS)(self.bank, self.chance)
                await self._ask(http, request, f"{self.who.id} {number}")
                await asyncio.sleep(self.chance.uniform(*PAUSE))

    async def _ask(self, http: httpx.AsyncClient, request: Request, key: str) -> None:
        denied = cut = False  # whether an answer said that nothing was done; whether one was lost
        while True:
            address, asked = self.chance.choice(self.addresses), seconds()
            try:
                answer = await self._post(http, address, request, key)
            except httpx.TransportError:
                self.bank.told["cut"] += 1
                cut = True
            else:
                told = {code for _, code in codes(answer)}
                if not told:
                    break
                assert told <= REPEATED, answer
                self.bank.told.update(told)
                denied |= answer.get("data") is not None
            await asyncio.sleep(self.chance.uniform(*AGAIN))
        payload = answer["data"][request.mutation]
        self._note(request, payload)
        self.bank.succeeded(address, asked)
        assert not (payload["replayed"] and denied and not cut), "WAL-0: a denial was untrue"

    async def _post(
        self, http: httpx.AsyncClient, address: str, request: Request, key: str
    ) -> dict[str, Any]:
        name = request.mutation
        document = ASK % (name[0].upper() + name[1:], name)
        given = {**request.input, "idempotencyKey": key}
        return await posted(http, address, self.who, document, input=given)

    def _note(self, request: Request, payload: Mapping[str, Any]) -> None:
        refused = [error["code"] for error in payload["userErrors"]]
        if refused:
            assert {*refused} <= REFUSALS.get(request.mutation, set()), (request, refused)
            self.bank.told[f"refused {request.mutation}: {refused[0]}"] += 1
        else:
            assert len(payload["transactions"]) == 1
            self.bank.booked(request, payload["transactions"])
            self.bank.told[f"done {request.mutation}"] += 1
        self.bank.told["replayed"] += payload["replayed"]


async def posted(
    http: httpx.AsyncClient, address: str, who: Who, document: str, **variables: Any
) -> dict[str, Any]:
    """The answer of one server, which says in HTTP too whether it is worth asking again."""
    body = {"query": document, "variables": variables}
    headers = {"Authorization": f"Bearer {who.token}"}
    answer = await http.post(f"{address}/graphql", json=body, headers=headers)
    shown: dict[str, Any] = answer.json()
    nothing = not any((shown.get("data") or {}).values())
    busy = nothing and {code for _, code in codes(shown)} == {"OVERLOADED"}
    told = answer.status_code, answer.headers.get("retry-after")
    assert told == ((503, "1") if busy else (200, None)), shown
    return shown
