"""The phones on which a customer has the app."""

from actions import customer as customers
from actions.action import Work, action
from db import customer as customer_store
from db import device as store
from domain.access import NOBODY, Permission
from domain.audit import Change
from domain.customer import DeviceOs, Touched
from domain.device import Device, device_problems
from domain.refusal import Code, refuse


@action(Permission.REGISTER_DEVICE, refuses=(Code.INVALID_INPUT, Code.CUSTOMER_DELETED))
async def register_device(
    work: Work,
    token: str,
    os: DeviceOs,
    locale: str | None,
    device_id: str | None,
    app_version: str | None,
) -> Touched:
    """Have messages brought to this phone; the rider's OS and locale follow it (CUS-3)."""
    customer = await customers.held(work, work.reach.customer_id or NOBODY)
    refuse(*device_problems(token, device_id, app_version))
    before = {"device_os": customer.device_os, "locale": customer.locale}
    after = {"device_os": os, "locale": locale or customer.locale}
    changed = [name for name in after if after[name] != before[name]]
    if changed:
        await customer_store.change(
            work.connection, work.reach, customer, {name: after[name] for name in changed}
        )
        change = Change(
            customer.subaccount_id,
            customer.id,
            before={name: before[name] for name in changed},
            after={name: after[name] for name in changed},
        )
        work.changed(change)
    new = Device(
        customer.subaccount_id, token, customer.id, os, locale, device_id, app_version, work.now
    )
    await store.register(work.connection, work.reach, new)
    return Touched(customer.id)
