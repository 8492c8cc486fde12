from typing import TYPE_CHECKING, Annotated

import strawberry

from domain.access import Permission
from resolvers import customer as resolve_customer
from resolvers import notification as resolve
from resolvers import refusal as resolve_refusal
from schema.field import mutation, plain, resolved
from schema.refusal import UserError
from schema.trail import Notification

if TYPE_CHECKING:
    from schema.customer import Customer


@strawberry.type(description="The message that will be sent, or the reasons why none will.")
class SendNotificationPayload:
    notification: Notification | None = resolved(resolve.of_outcome, Permission.VIEW_PURCHASES)
    replayed: bool = plain("The same key and input came before: this is the first outcome.")
    user_errors: list[UserError] = resolved(resolve_refusal.user_errors)


@strawberry.type(description="The rider, or the reasons why the phone was not registered.")
class RegisterDevicePayload:
    customer: Annotated["Customer", strawberry.lazy("schema.customer")] | None = resolved(
        resolve_customer.of_outcome, Permission.OPEN_CUSTOMERS
    )
    user_errors: list[UserError] = resolved(resolve_refusal.user_errors)


@strawberry.type
class NotificationMutation:
    send_notification: SendNotificationPayload | None = mutation(resolve.send_notification)
    register_device: RegisterDevicePayload | None = mutation(resolve.register_device)
