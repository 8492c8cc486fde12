from domain import subaccount
from domain.access import Permission
from domain.subaccount import IdentityMode, PaymentMode
from resolvers import listing as resolve_listing
from resolvers import program as resolve_program
from resolvers import purchase as resolve_purchase
from resolvers import ride as resolve_ride
from resolvers import subaccount as resolve
from resolvers import trail as resolve_trail
from resolvers import vehicle as resolve_vehicle
from resolvers.scalars import CountryCode, CurrencyCode, Locale
from schema.field import AS_PARENT, listed, plain, resolved, shows
from schema.listing import CustomerConnection, CustomerSummary, CustomerTabCount
from schema.money import Money
from schema.node import Node
from schema.page import Connection
from schema.program import LoyaltyProgram
from schema.purchase import Plan, PromoCode, RidePackage
from schema.ride import Ride
from schema.trail import AuditEntry
from schema.vehicle import Vehicle, Zone


@shows(subaccount.Region)
class Region(Node):
    name: str = plain("As the fleet calls it.")


@shows(subaccount.AutoTopUpPolicy)
class AutoTopUpPolicy:
    trigger_below: Money = plain("A balance under this has a saved card charged.")
    amount: Money = plain("What is charged.")


@shows(subaccount.RidePolicy)
class RidePolicy:
    payment_mode: PaymentMode = plain("What a rider needs before a ride.")
    minimum_wallet_balance: Money = plain("What a wallet must hold before a ride (RID-2).")
    unlock_fee: Money = plain("What every ride costs at its start.")
    per_minute_rate: Money = plain("What every started minute costs.")
    vehicle_online_window_minutes: int = plain("How old a vehicle's last signal may be.")
    operation_limit: Money = plain("The most that one operation may move (WAL-9).")
    minimum_age: int = plain("In years, by the document (IDV-4).")
    prepaid_risk_countries: list[CountryCode] = plain("Where a prepaid number counts as a risk.")
    identity_mode: IdentityMode = plain("Who has to prove who they are.")
    identity_risk_threshold: int = plain(
        "Radar score (0-100) at and above which RISK_BASED asks for identity."
    )
    auto_top_up: AutoTopUpPolicy | None = plain("Null where wallets are not topped up by itself.")


@shows(subaccount.Subaccount)
class Subaccount(Node):
    name: str = plain("As customers know it.", AS_PARENT)
    currency: CurrencyCode = plain("Of every amount in the fleet.", AS_PARENT)
    timezone: str = plain("IANA name; days, months and expiries follow it (GEN-5).", AS_PARENT)
    default_locale: Locale = plain("For callers who set none.", AS_PARENT)
    regions: list[Region] = resolved(resolve.regions, AS_PARENT)
    policy: RidePolicy = plain("Who may ride, and what a ride costs.", AS_PARENT)
    rides: Connection[Ride] | None = resolved(resolve_ride.of_fleet, Permission.VIEW_RIDES)
    customer_summary: CustomerSummary | None = resolved(
        resolve_listing.summary, Permission.COUNT_CUSTOMERS
    )
    customer_tabs: list[CustomerTabCount] | None = resolved(
        resolve_listing.tabs, Permission.COUNT_CUSTOMERS
    )
    customers: CustomerConnection | None = resolved(
        resolve_listing.of_fleet, Permission.OPEN_CUSTOMERS
    )
    vehicles: Connection[Vehicle] | None = resolved(
        resolve_vehicle.of_fleet, Permission.VIEW_VEHICLES
    )
    zones: list[Zone] = listed(resolve_vehicle.zones, Permission.VIEW_VEHICLES)
    plans: list[Plan] = listed(resolve_purchase.plans_of_fleet, Permission.VIEW_PURCHASES)
    ride_packages: list[RidePackage] = listed(
        resolve_purchase.packages_of_fleet, Permission.VIEW_PURCHASES
    )
    promo_codes: Connection[PromoCode] | None = resolved(
        resolve_purchase.codes_of_fleet, Permission.VIEW_PROMO_CODES
    )
    audit_log: Connection[AuditEntry] | None = resolved(
        resolve_trail.of_fleet, Permission.VIEW_AUDIT_LOG
    )
    loyalty_program: LoyaltyProgram | None = resolved(
        resolve_program.of_fleet, Permission.VIEW_LOYALTY
    )
