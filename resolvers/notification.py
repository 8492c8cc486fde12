import strawberry
from strawberry import ID, Parent

from actions import device as device_actions
from actions import notification as actions
from actions.action import Outcome
from db import notification as store
from domain.customer import DeviceOs, Touched
from domain.ids import Prefix
from domain.notification import Notification, NotificationType, Notified
from resolvers.context import Info
from resolvers.decode import id_of
from resolvers.performs import performs
from resolvers.scalars import Locale


@strawberry.input(description="A message to one customer.")
class SendNotificationInput:
    customer_id: ID = strawberry.field(description="To whom.")
    type: NotificationType = strawberry.field(description="What it is about.")
    title: str = strawberry.field(description="1 to 100 characters.")
    message: str = strawberry.field(description="1 to 1,000 characters.")
    idempotency_key: str = strawberry.field(
        description="1 to 255 characters; the same key never sends twice."
    )


@strawberry.input(
    description="The app calls this at every start: device OS and locale of the customer follow it."
)
class RegisterDeviceInput:
    token: str = strawberry.field(
        description="By which the push service finds the phone; up to 255 characters."
    )
    os: DeviceOs = strawberry.field(description="The phone's platform.")
    locale: Locale | None = strawberry.field(
        default=None, description="The app's language; the customer's stays unless given."
    )
    device_id: str | None = strawberry.field(
        default=None,
        description="The app's stable id of the device, up to 100 characters: a newer token takes"
        " the place of the older.",
    )
    app_version: str | None = strawberry.field(
        default=None, description="Of the app; up to 100 characters."
    )


async def of_outcome(outcome: Parent[Outcome[Notified]], info: Info) -> Notification | None:
    """The message, and how far it has come by now."""
    if outcome.result is None:
        return None
    return await info.context.load(store.by_id, outcome.result.notification_id)


@performs(actions.send_notification)
async def send_notification(info: Info, input: SendNotificationInput) -> Outcome[Notified]:
    customer_id = id_of(input.customer_id, Prefix.CUSTOMER)
    return await info.context.perform(
        actions.send_notification,
        input.idempotency_key,
        customer_id,
        input.type,
        input.title,
        input.message,
    )


@performs(device_actions.register_device)
async def register_device(info: Info, input: RegisterDeviceInput) -> Outcome[Touched]:
    return await info.context.perform(
        device_actions.register_device,
        None,
        input.token,
        input.os,
        input.locale,
        input.device_id,
        input.app_version,
    )
