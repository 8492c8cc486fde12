"""The three roots: what can be asked, done and heard."""

import strawberry

from domain.access import CallerKind, Permission
from resolvers import customer as resolve_customer
from resolvers import node as resolve_node
from resolvers import ride as resolve_ride
from resolvers import subaccount as resolve_subaccount
from resolvers import vehicle as resolve_vehicle
from resolvers import viewer as resolve
from resolvers.scalars import Locale
from schema.customer import Customer, CustomerMutation
from schema.field import AS_PARENT, resolved
from schema.identity import IdentityMutation
from schema.node import Node
from schema.notification import NotificationMutation
from schema.operator import Operator
from schema.partner import PartnerKey
from schema.phone import PhoneMutation
from schema.policy import PolicyMutation
from schema.ride import Ride
from schema.signup import SignupMutation
from schema.subaccount import Subaccount
from schema.vehicle import Vehicle
from schema.wallet import WalletMutation


@strawberry.type(description="The caller.")
class Viewer:
    kind: CallerKind = resolved(resolve.kind)
    operator: Operator | None = resolved(resolve.operator)
    customer: Customer | None = resolved(resolve.customer)
    partner_key: PartnerKey | None = resolved(resolve.partner_key)
    allowed_mutations: list[str] = resolved(resolve.allowed_mutations)
    locale: Locale = resolved(resolve.locale)


@strawberry.type(description="Everything that can be read.")
class Query:
    viewer: Viewer = resolved(resolve.viewer, AS_PARENT)
    node: Node | None = resolved(resolve_node.node, AS_PARENT)
    nodes: list[Node | None] = resolved(resolve_node.nodes, AS_PARENT)
    subaccounts: list[Subaccount] | None = resolved(
        resolve_subaccount.subaccounts, Permission.LIST_SUBACCOUNTS
    )
    subaccount: Subaccount | None = resolved(resolve_subaccount.subaccount, AS_PARENT)
    customer: Customer | None = resolved(resolve_customer.customer, Permission.OPEN_CUSTOMERS)
    customer_by: Customer | None = resolved(resolve_customer.customer_by, Permission.OPEN_CUSTOMERS)
    ride: Ride | None = resolved(resolve_ride.ride, Permission.VIEW_RIDES)
    vehicle: Vehicle | None = resolved(resolve_vehicle.vehicle, Permission.VIEW_VEHICLES)
    me: Customer | None = resolved(resolve_customer.me, Permission.VIEW_ME)


@strawberry.type(
    description="Everything that can be done. Each takes one `input` and answers with a payload of"
    " its own: the changed object, and userErrors."
)
class Mutation(
    IdentityMutation,
    WalletMutation,
    CustomerMutation,
    SignupMutation,
    NotificationMutation,
    PhoneMutation,
    PolicyMutation,
):
    pass
