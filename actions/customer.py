"""Every way in which an operator, a partner or the rider changes a customer."""

from collections.abc import Mapping

from actions.action import Work, action
from db import customer as store
from db import note as notes
from db import payment_method as payment_methods
from db import phone as phones
from db import plan as plans
from db import ride as rides
from db import subaccount as subaccounts
from db import wallet as wallets
from domain import customer as rules
from domain.access import Permission, Rider
from domain.audit import Change
from domain.contact import name_problem, tidied
from domain.customer import Customer, Touched
from domain.fault import Forbidden
from domain.ids import CustomerId, Prefix, SubaccountId
from domain.job import Job, JobKind
from domain.note import CustomerNote, Noted, text_problem
from domain.refusal import Code, Refusal, Refused, refuse
from domain.text import unreadable, unsaid

GONE = (Code.NOT_FOUND, Code.CUSTOMER_DELETED)


async def held(work: Work, customer_id: CustomerId) -> Customer:
    """The customer, who stays as it is until the action ends; NOT_FOUND, CUSTOMER_DELETED."""
    return alive(await store.held(work.connection, work.reach, customer_id))


def alive(customer: Customer | None, field: str = "customer_id") -> Customer:
    """A customer that exists for the caller and is not deleted; NOT_FOUND, CUSTOMER_DELETED."""
    if customer is None:
        raise Refused(Refusal(Code.NOT_FOUND, field))
    if customer.deleted_at is not None:
        raise Refused(Refusal(Code.CUSTOMER_DELETED, field))
    return customer


@action(Permission.UPDATE_CUSTOMER, refuses=(*GONE, Code.INVALID_INPUT))
async def update_customer(
    work: Work, customer_id: CustomerId, given: Mapping[str, str | None], note: str | None
) -> Touched:
    """Change the name, the phone or the region (CUS-3). A rider changes its own name and phone."""
    if isinstance(work.caller, Rider) and ("region_id" in given or note is not None):
        raise Forbidden
    customer = await held(work, customer_id)
    wanted = {**given, "name": tidied(given["name"] or "")} if "name" in given else given
    refuse(
        name_problem(wanted["name"] or "") if "name" in wanted else None,
        await region_problem(work, customer.subaccount_id, wanted.get("region_id")),
        unreadable(note or "", "note"),
    )
    after = {name: to for name, to in wanted.items() if to != getattr(customer, name)}
    if after:
        await _change(work, customer, after, note)
    if "phone" in after:
        await phones.forget(work.connection, work.reach, customer.id)
    if after.get("phone"):
        work.later(Job(JobKind.LOOK_UP_PHONE, customer.subaccount_id, customer.id))
    return Touched(customer.id)


@action(
    Permission.BLOCK_CUSTOMER,
    refuses=(*GONE, Code.CONFLICT, Code.REASON_REQUIRED, Code.INVALID_INPUT),
)
async def block_customer(work: Work, customer_id: CustomerId, reason: str) -> Touched:
    """Keep a customer from riding and buying; a ride that is under way goes on (CUS-4)."""
    customer = await held(work, customer_id)
    refuse(
        Refusal(Code.CONFLICT, "customer_id") if customer.blocked else None,
        unsaid(reason, "reason"),
    )
    await _change(work, customer, {"blocked_at": work.now, "blocked_reason": reason}, reason)
    return Touched(customer.id)


@action(Permission.BLOCK_CUSTOMER, refuses=(*GONE, Code.CONFLICT, Code.INVALID_INPUT))
async def unblock_customer(work: Work, customer_id: CustomerId, note: str | None) -> Touched:
    """Give back everything that blocking took, at once (CUS-4)."""
    customer = await held(work, customer_id)
    refuse(
        None if customer.blocked else Refusal(Code.CONFLICT, "customer_id"),
        unreadable(note or "", "note"),
    )
    await _change(work, customer, {"blocked_at": None, "blocked_reason": None}, note)
    return Touched(customer.id)


@action(
    Permission.DELETE_CUSTOMER,
    refuses=(
        *GONE, Code.CONFIRMATION_MISMATCH, Code.ACTIVE_RIDE_EXISTS, Code.OUTSTANDING_DEBT,
    ),
)  # fmt: skip
async def delete_customer(work: Work, customer_id: CustomerId, confirmation: str) -> Touched:
    """Close the account: cards go and subscriptions end, rides and ledger stay (CUS-5)."""
    customer = await held(work, customer_id)
    after: dict[str, object] = {"deleted_at": work.now}
    await store.change(work.connection, work.reach, customer, after)
    # Looked at only now: the accounts are closed, so that no fee comes in between.
    active = await rides.active_of_customers(work.connection, work.reach, [customer.id])
    wallet = (await wallets.of_customers(work.connection, work.reach, [customer.id]))[customer.id]
    confirmed = rules.confirms(customer, confirmation)
    refuse(
        None if confirmed else Refusal(Code.CONFIRMATION_MISMATCH, "confirmation"),
        Refusal(Code.ACTIVE_RIDE_EXISTS, "customer_id") if active else None,
        Refusal(Code.OUTSTANDING_DEBT, "customer_id") if wallet.debt.minor else None,
    )
    ended = {
        "payment_methods": await payment_methods.detach(work.connection, work.reach, customer.id),
        "subscriptions": await plans.cancel(work.connection, work.reach, customer.id, at=work.now),
    }
    gone = {name: ids for name, ids in ended.items() if ids}
    before = {"deleted_at": None, **gone}
    after |= {name: [] for name in gone}
    work.changed(Change(customer.subaccount_id, customer.id, before=before, after=after))
    return Touched(customer.id)


@action(Permission.ADD_NOTE, refuses=(*GONE, Code.INVALID_INPUT))
async def add_customer_note(work: Work, customer_id: CustomerId, text: str) -> Noted:
    """Keep a note on a customer, with its author and time (CUS-7)."""
    customer = await held(work, customer_id)
    refuse(text_problem(text))
    note = CustomerNote(
        work.new_id(Prefix.NOTE), customer.id, text, author_id=work.caller.id, created_at=work.now
    )
    await notes.add(work.connection, work.reach, customer.subaccount_id, note)
    work.changed(Change(customer.subaccount_id, customer.id, before={}, after={"note": note.id}))
    return Noted(customer.id, note.id)


async def _change(
    work: Work, customer: Customer, after: Mapping[str, object], note: str | None
) -> None:
    """Write some columns of a customer, and leave in the trail what they were."""
    await store.change(work.connection, work.reach, customer, after)
    before = {name: getattr(customer, name) for name in after}
    work.changed(Change(customer.subaccount_id, customer.id, before, after, note))


async def region_problem(
    work: Work, subaccount_id: SubaccountId, region_id: str | None
) -> Refusal | None:
    """Why a customer of a fleet cannot belong to a region: it is none of the fleet's."""
    if region_id is None:
        return None
    found = await subaccounts.region_by_id(work.connection, work.reach, [region_id])
    of_fleet = region_id in found and found[region_id].subaccount_id == subaccount_id
    return None if of_fleet else Refusal(Code.NOT_FOUND, "region_id")
