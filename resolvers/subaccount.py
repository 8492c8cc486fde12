from collections.abc import Sequence
from typing import Any

from strawberry import ID, Parent

from actions.action import Outcome
from db import subaccount as store
from domain.ids import Prefix
from domain.subaccount import Region, Subaccount
from resolvers.context import Info
from resolvers.decode import id_of


async def subaccounts(info: Info) -> Sequence[Subaccount]:
    """Every fleet that the caller reaches, by name."""
    ids = info.context.caller.reach.subaccounts
    found = await info.context.loader(store.by_id).load_many(list(ids))
    fleets = [fleet for fleet in found if isinstance(fleet, Subaccount)]
    return sorted(fleets, key=lambda fleet: (fleet.name, fleet.id))


async def subaccount(info: Info, id: ID) -> Subaccount | None:
    """One fleet; null where it is none of the caller's."""
    return await info.context.load(store.by_id, id_of(id, Prefix.SUBACCOUNT))


async def of_outcome(outcome: Parent[Outcome[Any]], info: Info) -> Subaccount | None:
    """The fleet as it is now; null where nothing was done."""
    if outcome.result is None:
        return None
    return await info.context.load(store.by_id, outcome.result.subaccount_id)


async def regions(subaccount: Parent[Subaccount], info: Info) -> Sequence[Region]:
    """Parts of the fleet's area, by name."""
    return await info.context.load(store.regions, subaccount.id) or ()


async def region(info: Info, id: str) -> Region | None:
    return await info.context.load(store.region_by_id, id)
