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
    world, (suffix, actor, at) = life.world, operation
    told = {
        "before": {field: before for field, (before, _) in changes.items()},
        "after": {field: after for field, (_, after) in changes.items()},
    }
    world.rows["audit_entry"].append((
        life.fleet.id, f"{Prefix.AUDIT}_{suffix}", moment(at), actor, action, life.person.id, note,
        json.dumps(told), address(world), f"{Prefix.REQUEST}_{suffix}", None,
    ))  # fmt: skip
