"""What was done in a fleet, and the pages of its log."""

from datetime import timedelta
from typing import Any

from domain.ids import Prefix
from tests.api import Api
from tests.make import JOINED, Fleet, Who, new

MINUTE = timedelta(minutes=1)
LOG = """
query ($id: ID!, $first: Int, $after: String, $last: Int, $before: String, $filter: AuditFilter) {
  subaccount(id: $id) {
    auditLog(first: $first, after: $after, last: $last, before: $before, filter: $filter) {
      nodes { note } edges { cursor }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
}
"""


async def entry(
    fleet: Fleet, note: str, *, minute: int = 0, actor: str = "sys:test", **changed: Any
) -> str:
    """Something that was done so many minutes after the fleet's first."""
    values = {"action": "edit_policy", "created_at": JOINED + minute * MINUTE}
    id = new(Prefix.AUDIT)
    return await fleet.row("audit_entry", id=id, actor=actor, note=note, **(values | changed))


async def page(api: Api, fleet: Fleet, who: Who, **asked: Any) -> tuple[str, dict[str, Any]]:
    """The notes of a page, one letter each, and where it begins and ends."""
    found = (await api.get(who, LOG, id=fleet.id, **asked))["subaccount"]["auditLog"]
    cursors = [edge["cursor"] for edge in found["edges"]] or [None]
    ends = found["pageInfo"]["startCursor"], found["pageInfo"]["endCursor"]
    assert ends == (cursors[0], cursors[-1])
    return "".join(node["note"] for node in found["nodes"]), found["pageInfo"]
