"""Messages to customers, as operators send them and as a worker brings them to phones."""

from typing import Any

from tests.api import Api
from tests.make import JOINED, Fleet, Who

SEND = """
mutation ($input: SendNotificationInput!) {
  sendNotification(input: $input) {
    notification { id type title message status deliveredAt failureReason
                   actor { ... on Operator { name } } }
    replayed
    userErrors { code field }
  }
}
"""
HISTORY = """
query ($id: ID!) { customer(id: $id) { notifications { nodes {
  id type title message status createdAt deliveredAt failureReason
  actor { ... on Operator { name } ... on SystemActor { name } }
} } } }
"""


def message(customer: str, key: str = "k1", **changed: Any) -> dict[str, Any]:
    given = {
        "customerId": customer,
        "type": "PROMOTION",
        "title": "Half price",
        "message": "All weekend.",
        "idempotencyKey": key,
    }
    return given | changed


async def perform(api: Api, who: Who, **input: Any) -> dict[str, Any]:
    payload: dict[str, Any] = (await api.get(who, SEND, input=input))["sendNotification"]
    return payload


async def history(api: Api, who: Who, customer: str) -> list[dict[str, Any]]:
    found = await api.get(who, HISTORY, id=customer)
    nodes: list[dict[str, Any]] = found["customer"]["notifications"]["nodes"]
    return nodes


async def status(api: Api, who: Who, customer: str) -> tuple[str, str | None]:
    """How far the customer's newest message has come, and why it failed."""
    newest = (await history(api, who, customer))[0]
    assert (newest["deliveredAt"] is not None) is (newest["status"] == "DELIVERED")
    return newest["status"], newest["failureReason"]


async def phone(fleet: Fleet, customer: str, token: str) -> str:
    return await fleet.row(
        "device", token=token, customer_id=customer, os="IOS", registered_at=JOINED
    )


async def due(fleet: Fleet) -> None:
    """Let the time pass until which the fleet's jobs wait."""
    await fleet.make.store.execute(
        "UPDATE job SET due_at = now() WHERE subaccount_id = $1 AND due_at > now()", fleet.id
    )
