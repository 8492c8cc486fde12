"""Every way in which an operator, a partner or the rider changes a customer."""

from actions.action import Work
from db import customer as store
from domain.customer import Customer
from domain.ids import CustomerId
from domain.refusal import Code, Refusal, Refused


async def held(work: Work, customer_id: CustomerId) -> Customer:
    """The customer, who stays as it is until the action ends; NOT_FOUND, CUSTOMER_DELETED."""
    return alive(await store.held(work.connection, work.reach, customer_id))


def alive(customer: Customer | None) -> Customer:
    """A customer that exists for the caller and is not deleted; NOT_FOUND, CUSTOMER_DELETED."""
    if customer is None:
        raise Refused(Refusal(Code.NOT_FOUND, "customer_id"))
    if customer.deleted_at is not None:
        raise Refused(Refusal(Code.CUSTOMER_DELETED, "customer_id"))
    return customer
