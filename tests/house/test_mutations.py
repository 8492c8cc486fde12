"""Every caller and every mutation: done for those whom ROL-2 names, and not at all for others."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias

import pytest

from domain.access import CallerKind, Role, Scope
from domain.ids import Prefix
from resolvers.performs import MUTATIONS
from tests.api import Api, codes
from tests.conftest import Clock
from tests.house import transcript
from tests.house.mutations import INPUTS, REFUSED, Input
from tests.house.test_access import CALLERS
from tests.make import HOUR, Fleet, Make, Who, new

MUTATE = "mutation ($input: %sInput!) { %s(input: $input) { userErrors { code field } } }"
WHO = "{ viewer { kind } }"
OURS = {"audit_entry", "idempotency"}
"""Tables that only say what was done to the others."""
TABLES = """
SELECT table_name, bool_or(column_name = 'subaccount_id') FROM information_schema.columns
WHERE table_schema = 'public' AND table_name IN (
  SELECT relname FROM pg_class WHERE relrowsecurity AND relnamespace = 'public'::regnamespace)
GROUP BY table_name ORDER BY table_name
"""
CONTENT = """
SELECT '{table}', count(*), coalesce(sum(hashtextextended(t::text, 0)), 0)::text
FROM {table} t WHERE {where}
"""
ENTRIES = "SELECT id, action FROM audit_entry WHERE subaccount_id = $1"
Content: TypeAlias = dict[str, tuple[int, str]]


async def content(fleet: Fleet) -> Content:
    """What each table keeps of a fleet: how many rows, and a sum over all that is in them."""
    store = fleet.make.store
    where = {True: "subaccount_id = $1", False: "$1 <> ''"}
    parts = [
        CONTENT.format(table=table, where="id = $1" if table == "subaccount" else where[owned])
        for table, owned in await store.fetch(TABLES)
    ]
    rows = await store.fetch(" UNION ALL ".join(parts), fleet.id)
    return {table: (count, digest) for table, count, digest in rows}


async def credential(fleet: Fleet, caller: str, customer: str) -> Who | None:
    if caller in list(Role):
        return await fleet.operator(Role(caller))
    if caller in list(Scope):
        return await fleet.partner(Scope(caller))
    if caller == "rider":
        return await fleet.rider(customer)
    subject = new(Prefix.CUSTOMER)
    token = fleet.make.issuer.mint(CallerKind.RIDER, subject, HOUR)
    return Who(subject, token) if caller == "unbound rider" else None


def expected(mutation: str, caller: str) -> list[tuple[list[Any] | None, str]]:
    """The errors that a caller is told: none, if the transcript admits it."""
    if caller == "nobody":
        return [(None, "UNAUTHENTICATED")]
    if caller == "unbound rider":
        admitted = mutation == "registerCustomer"  # ROL-8
    else:
        admitted = transcript.FIELDS[f"Mutation.{mutation}"].admits(caller)
    return [] if admitted else [([mutation], "FORBIDDEN")]


@dataclass(frozen=True)
class Deed:
    """What a request was told, and what it left."""

    errors: list[tuple[list[Any] | None, str]]
    refused: list[str]
    changed: set[str]
    """The tables whose rows are not what they were, but for those that only tell of it."""
    entries: list[str]
    """The actions that the trail has anew."""


async def trail(fleet: Fleet) -> dict[str, str]:
    """The action of each entry."""
    rows = await fleet.make.store.fetch(ENTRIES, fleet.id)
    return {row["id"]: row["action"] for row in rows}


async def do(api: Api, fleet: Fleet, who: Who | None, mutation: str, input: Input) -> Deed:
    before, known = await content(fleet), await trail(fleet)
    document = MUTATE % (mutation[0].upper() + mutation[1:], mutation)
    answer = await api.ask(who, document, input=input)
    after, entries = await content(fleet), await trail(fleet)
    payload = (answer.get("data") or {}).get(mutation) or {"userErrors": []}
    return Deed(
        codes(answer),
        [error["code"] for error in payload["userErrors"]],
        {table for table in before if before[table] != after[table]} - OURS,
        [action for id, action in entries.items() if id not in known],
    )


def test_every_mutation_has_an_input_here() -> None:
    assert set(MUTATIONS) <= set(INPUTS)


@pytest.mark.rule("ROL-2", "ROL-5", "AUD-1")
@pytest.mark.parametrize("mutation", sorted(MUTATIONS))
async def test_a_mutation_is_done_for_those_of_the_transcript_and_leaves_one_entry(
    api: Api, make: Make, clock: Clock, mutation: str
) -> None:
    clock.at = datetime.now(UTC)
    done = set()
    for caller in [*CALLERS, "nobody"]:
        fleet = await make.fleet()
        customer = await fleet.customer(balance=1000)
        who = await credential(fleet, caller, customer)
        await api.ask(who, WHO)  # being active is noted of a rider, whatever it asks for
        input = await INPUTS[mutation](fleet, customer, caller)

        deed = await do(api, fleet, who, mutation, input)

        refused = REFUSED.get((mutation, caller), [])
        assert (caller, deed.errors) == (caller, expected(mutation, caller))
        if deed.errors or refused:
            assert (caller, deed.refused, deed.changed, deed.entries) == (
                caller,
                refused,
                set(),
                [],
            )
            continue
        done.add(caller)
        one = [MUTATIONS[mutation].name]
        assert (caller, deed.refused, deed.entries) == (caller, [], one)
        assert deed.changed
        await api.ask(who, WHO)
        again = await do(api, fleet, who, mutation, input)
        assert again.entries == (one if again.changed else [])
    assert done
