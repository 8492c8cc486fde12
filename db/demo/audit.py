"""The trail of what operators did to customers (AUD-1)."""

import json

from db.demo.life import Life
from db.demo.money import Operation
from db.demo.signals import address
from db.demo.world import moment
from domain.ids import Prefix


def write_audit(
    life: Life,
    operation: Operation,
    action: str,
    note: str | None = None,
    **changes: tuple[object, object],
) -> None:
    """One entry for one act, with each changed field before and after."""
    world = life.world
    told = {field: {"before": old, "after": new} for field, (old, new) in changes.items()}
    world.rows["audit_entry"].append((
        life.fleet.id, world.new_id(Prefix.AUDIT, operation.at), moment(operation.at),
        operation.actor, action, life.person.id, note, json.dumps(told), address(world),
        world.new_id(Prefix.REQUEST, operation.at), None,
    ))  # fmt: skip
