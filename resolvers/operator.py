from collections.abc import Sequence

from strawberry import Parent

from db import subaccount as subaccounts
from domain.access import Role
from domain.actor import OperatorProfile
from domain.subaccount import Subaccount
from resolvers.context import Info


async def subaccounts_of(operator: Parent[OperatorProfile], info: Info) -> Sequence[Subaccount]:
    """The fleets that the operator works for, of those that the caller reaches."""
    reached = info.context.caller.reach.subaccounts
    everywhere = operator.role is Role.SUPER_ADMIN
    ids = [id for id in reached if everywhere or id in operator.subaccount_ids]
    found = await info.context.loader(subaccounts.by_id).load_many(ids)
    return [fleet for fleet in found if isinstance(fleet, Subaccount)]
