"""Every way in which an operator decides whether a customer has to prove who they are."""

from collections.abc import Callable
from dataclasses import asdict
from functools import partial

from actions.action import Work, action
from actions.customer import held
from db import customer as customers
from db import identity as store
from domain import identity as rules
from domain.access import Permission
from domain.audit import Change, differing
from domain.customer import Customer, Touched
from domain.identity import IdentityDocumentType, IdentityVerification
from domain.ids import CustomerId
from domain.refusal import Code, refuse
from domain.text import unreadable, unsaid

KEPT = (Code.NOT_FOUND, Code.CUSTOMER_DELETED, Code.INVALID_INPUT)


@action(Permission.MANAGE_IDENTITY, refuses=(*KEPT, Code.REASON_REQUIRED))
async def require_identity_verification(
    work: Work, customer_id: CustomerId, reason: str
) -> Touched:
    """Ask a customer to prove who they are, also one who has before. Rides wait for it (IDV-1)."""
    customer = await held(work, customer_id)
    refuse(unsaid(reason, "reason"))
    return await become(work, customer, partial(rules.required, reason=reason), reason)


@action(Permission.MANAGE_IDENTITY, refuses=KEPT)
async def clear_identity_requirement(
    work: Work, customer_id: CustomerId, note: str | None
) -> Touched:
    """No longer ask a customer to prove who they are, until a new trigger (IDV-3)."""
    customer = await held(work, customer_id)
    refuse(unreadable(note or "", "note"))
    return await become(work, customer, rules.cleared, note)


@action(Permission.MANAGE_IDENTITY, refuses=(*KEPT, Code.REASON_REQUIRED))
async def verify_identity_manually(
    work: Work, customer_id: CustomerId, notes: str, id_type: IdentityDocumentType | None
) -> Touched:
    """Record how an operator made sure who a customer is, be it required or not (IDV-3)."""
    customer = await held(work, customer_id)
    refuse(unsaid(notes, "notes"))
    confirmed = partial(rules.confirmed, notes=notes, id_type=id_type, at=work.now)
    return await become(work, customer, confirmed, notes)


async def become(
    work: Work,
    customer: Customer,
    become: Callable[[IdentityVerification], IdentityVerification],
    note: str | None,
) -> Touched:
    """Write what becomes of an identity, and leave a line in the trail where that is another."""
    known = await store.of_customers(work.connection, work.reach, [customer.id])
    before = known[customer.id]
    after = become(before)
    if after != before:
        await store.keep(work.connection, work.reach, customer.subaccount_id, after)
        standing = {"identity_required": after.required, "identity_status": after.status}
        await customers.change(work.connection, work.reach, customer, standing)
        ids = customer.subaccount_id, customer.id
        work.changed(Change(*ids, *differing(asdict(before), asdict(after)), note))
    return Touched(customer.id)
