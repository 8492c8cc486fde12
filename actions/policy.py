"""How the rules that rides follow change."""

from actions.action import Work, action
from db import subaccount as store
from domain import policy as rules
from domain.access import Permission
from domain.audit import Change, differing
from domain.ids import SubaccountId
from domain.policy import Edited, Wanted
from domain.refusal import Code, Refusal, Refused, refuse


@action(
    Permission.EDIT_POLICY,
    refuses=(Code.NOT_FOUND, Code.INVALID_INPUT, Code.INVALID_AMOUNT, Code.CURRENCY_MISMATCH),
)
async def update_ride_policy(work: Work, subaccount_id: SubaccountId, wanted: Wanted) -> Edited:
    """Change some rules of a fleet. Another identity mode is for later signups only (IDV-1)."""
    fleet = await store.held(work.connection, work.reach, subaccount_id)
    if fleet is None:
        raise Refused(Refusal(Code.NOT_FOUND, "subaccount_id"))
    refuse(*rules.problems(fleet.policy, wanted))
    before = rules.settings(fleet.policy)
    after = {**before, **rules.agreed(wanted)}
    if after != before:
        await store.change_policy(work.connection, work.reach, fleet, after)
        changes = differing(rules.written(before), rules.written(after))
        work.changed(Change(fleet.id, None, *changes))
    return Edited(fleet.id)
