from datetime import datetime

import strawberry

from domain import customer
from domain.access import Permission
from domain.customer import CustomerBadge, CustomerStatus, DeviceOs
from resolvers import customer as resolve
from resolvers import loyalty as resolve_loyalty
from resolvers import note as resolve_note
from resolvers import purchase as resolve_purchase
from resolvers import refusal as resolve_refusal
from resolvers import ride as resolve_ride
from resolvers import trail as resolve_trail
from resolvers import wallet as resolve_wallet
from resolvers.scalars import Locale, PhoneNumber
from schema.field import AS_PARENT, mutation, plain, resolved, shows
from schema.loyalty import LoyaltyMembership
from schema.money import Money
from schema.node import Node
from schema.page import Connection
from schema.payment_method import PaymentMethod
from schema.person import IdentityVerification, PhoneLookup, SignupLocation
from schema.purchase import PackagePurchase, PromoRedemption, RideSubscription
from schema.refusal import UserError
from schema.ride import Ride
from schema.subaccount import Region, Subaccount
from schema.trail import AuditEntry, CustomerNote, Notification
from schema.wallet import Wallet

OPEN = Permission.OPEN_CUSTOMERS
CONTACT = Permission.VIEW_CONTACT
SENSITIVE = Permission.VIEW_SENSITIVE
PURCHASES = Permission.VIEW_PURCHASES


@shows(customer.Customer)
class Customer(Node):
    customer_number: str = plain("Unique in the fleet, given at signup in sequence.", AS_PARENT)
    name: str = plain("Full name, as registered.", AS_PARENT)
    email: str | None = plain("The identifier; never editable.", CONTACT)
    phone: PhoneNumber | None = plain("Null where none is known.", CONTACT)
    masked_phone: str | None = plain(
        "The last two digits only: for those who may not see the number.", AS_PARENT
    )
    device_os: DeviceOs = plain("Follows the app's newest start.", AS_PARENT)
    locale: Locale = plain("The language that messages are written in.", AS_PARENT)
    region: Region | None = plain("The part of the fleet's area they belong to.", OPEN)
    subaccount: Subaccount = resolved(resolve.subaccount, AS_PARENT)
    joined_at: datetime = plain("When they signed up.", AS_PARENT)
    last_active_at: datetime | None = plain(
        "The rider's newest request, to the minute; null before the first (CUS-8).", OPEN
    )
    status: CustomerStatus = plain(
        "The one status that matters most: DELETED, BLOCKED, IDENTITY_REQUIRED, ACTIVE, NEW, in"
        " that order (CUS-2).",
        AS_PARENT,
    )
    badges: list[CustomerBadge] = plain("Every badge that applies (CUS-2).", AS_PARENT)
    blocked: bool = plain("Whether they may not start rides, buy, top up or redeem.", AS_PARENT)
    blocked_at: datetime | None = plain("Since when.", OPEN)
    blocked_reason: str | None = plain("Why, in the operator's words.", SENSITIVE)
    deleted_at: datetime | None = plain("When the account was deleted.", OPEN)
    stripe_customer_id: str | None = plain(
        "Stripe's id of the customer, cus_…", Permission.VIEW_STRIPE_IDS
    )
    completed_rides: int = plain("Rides that ended and were not voided.", AS_PARENT)
    total_spent: Money | None = plain(
        "Charged for rides, packages and plan periods, less refunds; fees and top-ups do not"
        " count (CUS-9).",
        Permission.VIEW_WALLET,
    )
    wallet: Wallet | None = resolved(resolve_wallet.of_customer, Permission.VIEW_WALLET)
    payment_methods: list[PaymentMethod] | None = resolved(
        resolve.saved_payment_methods, Permission.VIEW_WALLET
    )
    identity: IdentityVerification | None = resolved(resolve.identity, Permission.VIEW_IDENTITY)
    phone_lookup: PhoneLookup | None = resolved(resolve.phone_lookup, SENSITIVE)
    signup_location: SignupLocation | None = resolved(resolve.signup_location, SENSITIVE)
    subscriptions: Connection[RideSubscription] | None = resolved(
        resolve_purchase.subscriptions, PURCHASES
    )
    packages: Connection[PackagePurchase] | None = resolved(resolve_purchase.purchases, PURCHASES)
    promos: Connection[PromoRedemption] | None = resolved(resolve_purchase.redemptions, PURCHASES)
    rides: Connection[Ride] | None = resolved(resolve_ride.of_customer, Permission.VIEW_RIDES)
    active_ride: Ride | None = resolved(resolve_ride.active, Permission.VIEW_RIDES)
    loyalty: LoyaltyMembership | None = resolved(
        resolve_loyalty.of_customer, Permission.VIEW_LOYALTY
    )
    notifications: Connection[Notification] | None = resolved(
        resolve_trail.notifications, PURCHASES
    )
    audit_trail: Connection[AuditEntry] | None = resolved(resolve_trail.audit_trail, SENSITIVE)
    notes: Connection[CustomerNote] | None = resolved(resolve_trail.customer_notes, SENSITIVE)


@strawberry.type(description="The customer as it is now, or the reasons why nothing was changed.")
class UpdateCustomerPayload:
    customer: Customer | None = resolved(resolve.of_outcome, OPEN)
    user_errors: list[UserError] = resolved(resolve_refusal.user_errors)


@strawberry.type(description="The blocked customer, or the reasons why they are not.")
class BlockCustomerPayload:
    customer: Customer | None = resolved(resolve.of_outcome, OPEN)
    user_errors: list[UserError] = resolved(resolve_refusal.user_errors)


@strawberry.type(description="The customer, or the reasons why nothing was changed.")
class UnblockCustomerPayload:
    customer: Customer | None = resolved(resolve.of_outcome, OPEN)
    user_errors: list[UserError] = resolved(resolve_refusal.user_errors)


@strawberry.type(description="The deleted customer, or the reasons why they are not.")
class DeleteCustomerPayload:
    customer: Customer | None = resolved(resolve.of_outcome, OPEN)
    user_errors: list[UserError] = resolved(resolve_refusal.user_errors)


@strawberry.type(description="The new note, or the reasons why there is none.")
class AddCustomerNotePayload:
    note: CustomerNote | None = resolved(resolve_note.of_outcome, SENSITIVE)
    customer: Customer | None = resolved(resolve.of_outcome, OPEN)
    user_errors: list[UserError] = resolved(resolve_refusal.user_errors)


@strawberry.type
class CustomerMutation:
    update_customer: UpdateCustomerPayload | None = mutation(resolve.update_customer)
    block_customer: BlockCustomerPayload | None = mutation(resolve.block_customer)
    unblock_customer: UnblockCustomerPayload | None = mutation(resolve.unblock_customer)
    delete_customer: DeleteCustomerPayload | None = mutation(resolve.delete_customer)
    add_customer_note: AddCustomerNotePayload | None = mutation(resolve_note.add_customer_note)
