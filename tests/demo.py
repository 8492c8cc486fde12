"""The demo's fleets, for tests that want a customer with something in every list."""

from dataclasses import dataclass

from db.demo import Demo
from domain.access import CallerKind, Role
from tests.make import HOUR, Fleet, Make, Who


@dataclass(frozen=True)
class DemoFleet:
    """The fleet of the interesting customer, and the people around it."""

    make: Make
    told: Demo
    fleet: Fleet
    variables: dict[str, str]

    def operator(self, role: Role) -> Who:
        (found,) = (operator for operator in self.told.operators if operator.role is role)
        token = self.make.issuer.mint(CallerKind.OPERATOR, found.subject, HOUR)
        return Who(found.id, token)

    @property
    def customer_id(self) -> str:
        return self.variables["customer"]

    def rider(self, subject: str) -> Who:
        """Whoever the credential names; only some are bound to a customer."""
        return Who(subject, self.make.issuer.mint(CallerKind.RIDER, subject, HOUR))


async def explored(make: Make, told: Demo) -> DemoFleet:
    """The demo as tests want it: with ledger lines of a partner and of an operator on top."""
    fleet, customer = Fleet(make, told.customer_subaccount_id), told.customer_id
    partner = await fleet.partner()
    await fleet.post(customer, 100, actor=partner.id)
    await fleet.post(customer, 100, actor=told.operators[0].id)
    row = await make.store.fetchrow(
        "SELECT r.id, r.vehicle_id FROM ride r JOIN fare f USING (subaccount_id)"
        " WHERE f.ride_id = r.id AND r.customer_id = $1 AND f.paid_from_balance > 0"
        " ORDER BY r.started_at DESC LIMIT 1",
        customer,
    )
    assert row is not None
    variables = {
        "customer": customer,
        "fleet": fleet.id,
        "ride": row["id"],
        "vehicle": row["vehicle_id"],
    }
    return DemoFleet(make, told, fleet, variables)
