"""What is found out about customers' numbers, and what follows from it."""

from functools import partial

from actions import identity
from actions.action import Work, action
from actions.customer import held
from db import customer as customers
from db import location as locations
from db import phone as store
from db import subaccount as subaccounts
from domain import identity as identities
from domain import phone as rules
from domain.access import Permission
from domain.audit import Change
from domain.customer import Customer, Touched
from domain.ids import CustomerId
from domain.job import Job, JobKind
from domain.phone import PhoneFindings, PhoneHolder, PhoneRisk
from domain.refusal import Code, Refusal, refuse
from domain.subaccount import RidePolicy

DEMAND = "The risk of the phone number is very high."


@action(Permission.REFRESH_PHONE, refuses=(Code.NOT_FOUND, Code.CUSTOMER_DELETED, Code.CONFLICT))
async def refresh_phone_lookup(work: Work, customer_id: CustomerId) -> Touched:
    """Look a number up anew, soon after this answer: it still shows the old look-up (PHN-1)."""
    customer = await held(work, customer_id)
    refuse(None if customer.phone else Refusal(Code.CONFLICT, "customer_id"))
    work.later(Job(JobKind.LOOK_UP_PHONE, customer.subaccount_id, customer.id))
    work.changed(Change(customer.subaccount_id, customer.id, before={}, after={}))
    return Touched(customer.id)


@action(Permission.RUN_JOBS)
async def record_phone_lookup(
    work: Work, customer_id: CustomerId, number: str, findings: PhoneFindings
) -> Touched:
    """Keep what was found out about a number, unless the customer has another by now (PHN-2).

    Where its risk demands it, the customer has to prove who they are (IDV-1). Performed again it
    changes nothing but the time of the look-up.
    """
    customer = await customers.held(work.connection, work.reach, customer_id)
    if customer is None or customer.deleted_at is not None or customer.phone != number:
        return Touched(customer_id)
    fleets = await subaccounts.by_id(work.connection, work.reach, [customer.subaccount_id])
    policy = fleets[customer.subaccount_id].policy
    risk = rules.assess(findings, await _holder(work, customer), policy.prepaid_risk_countries)
    await _demand_identity(work, customer, policy, risk)
    lookup = rules.looked_up(customer.id, findings, risk, work.now)
    await store.save(work.connection, work.reach, customer.subaccount_id, lookup)
    return Touched(customer_id)


async def _holder(work: Work, customer: Customer) -> PhoneHolder:
    signups = await locations.of_customers(work.connection, work.reach, [customer.id])
    return PhoneHolder(
        customer.name,
        signup_country=signups[customer.id].country if signups else None,
        shares_number=await customers.shares_phone(work.connection, work.reach, customer),
    )


async def _demand_identity(
    work: Work, customer: Customer, policy: RidePolicy, risk: PhoneRisk
) -> None:
    """Make the customer prove who they are, where the risk demands it and did not before."""
    known = await store.of_customers(work.connection, work.reach, [customer.id])
    before = known[customer.id].risk_level if known else None
    if not rules.demands_identity(policy.identity_mode, customer, before, risk.level):
        return
    await identity.become(work, customer, partial(identities.required, reason=DEMAND), DEMAND)
