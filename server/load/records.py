"""What the entries of a correct file come to: rows, with ids and amounts in minor units."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from db.load import Kind, Record, Wanted
from domain.ids import Prefix
from domain.money import Asked, Minor
from domain.subaccount import default_policy
from domain.vehicle import VehicleStatus
from server.fixed_ids import fixed_id
from server.load.checks import MONEY
from server.load.entries import Contents, Fleet, Operator, Package, Plan, Policy, Vehicle

ZONE_AT_FIRST = {"preferred_parking": False, "reward_points": 0, "rebalancing_multiplier": 1}
PLAN_AT_FIRST = {"included_rides": None, "included_minutes": None, "active": True}
PACKAGE_AT_FIRST = {"rides": None, "minutes": None, "valid_days": None, "active": True}


def wanted(contents: Contents, now: datetime) -> Wanted:
    """The records of a file without problems, in an order in which they can be written."""
    fleets = {fleet.key: fixed_id(Prefix.SUBACCOUNT, fleet.key) for fleet in contents.fleets}
    records = [record for fleet in contents.fleets for record in _fleet(fleet, now)]
    records.extend(_operator(operator) for operator in contents.operators)
    assignments = {
        (operator.issuer, operator.subject): frozenset(fleets[key] for key in operator.fleets)
        for operator in contents.operators
        if "fleets" in operator.model_fields_set
    }
    return Wanted(tuple(fleets.values()), records, assignments)


def _fleet(fleet: Fleet, now: datetime) -> Iterator[Record]:
    """A fleet, and then all that belongs to it."""
    yield _subaccount(fleet)
    for region in fleet.regions:
        key = _own(fleet, Prefix.REGION, region.key)
        yield Record(Kind.REGION, key, {"name": region.name})
    for vehicle in fleet.vehicles:
        yield _vehicle(fleet, vehicle, now)
    for zone in fleet.zones:
        given = zone.said("name", "boundary", *ZONE_AT_FIRST)
        yield Record(Kind.ZONE, _own(fleet, Prefix.ZONE, zone.key), given, ZONE_AT_FIRST)
    for plan in fleet.plans:
        given = plan.said("name", "billing_frequency", *PLAN_AT_FIRST) | _price(fleet, plan)
        yield Record(Kind.PLAN, _own(fleet, Prefix.PLAN, plan.key), given, PLAN_AT_FIRST)
    for package in fleet.packages:
        given = package.said("name", *PACKAGE_AT_FIRST) | _price(fleet, package)
        key = _own(fleet, Prefix.RIDE_PACKAGE, package.key)
        yield Record(Kind.PACKAGE, key, given, PACKAGE_AT_FIRST)


def _own(fleet: Fleet, prefix: Prefix, key: str) -> Mapping[str, str]:
    """The primary key of what belongs to a fleet."""
    return {
        "subaccount_id": fixed_id(Prefix.SUBACCOUNT, fleet.key),
        "id": fixed_id(prefix, fleet.key, key),
    }


def _price(fleet: Fleet, sold: Plan | Package) -> dict[str, object]:
    return {"price": Asked(sold.price, fleet.currency).minor}


def _subaccount(fleet: Fleet) -> Record:
    given = {
        **fleet.said("name", "currency", "timezone", "share_url"),
        "default_locale": fleet.locale,
        **_policy(fleet.policy, fleet.currency),
    }
    key = {"id": fixed_id(Prefix.SUBACCOUNT, fleet.key)}
    return Record(Kind.FLEET, key, given, _policy_at_first(fleet.currency))


def _policy(policy: Policy, currency: str) -> Mapping[str, object]:
    """What the file says of the rules of a fleet."""
    amounts = policy.said(*MONEY)
    given = policy.said(*Policy.model_fields.keys() - {*MONEY, "auto_top_up"})
    given |= {name: Asked(str(amount), currency).minor for name, amount in amounts.items()}
    if "auto_top_up" in policy.model_fields_set:
        set_up = policy.auto_top_up
        trigger = set_up and Asked(set_up.trigger_below, currency).minor
        amount = set_up and Asked(set_up.amount, currency).minor
        given |= {"auto_top_up_trigger_below": trigger, "auto_top_up_amount": amount}
    return given


def _policy_at_first(currency: str) -> Mapping[str, object]:
    """The rules that a new fleet follows where the file says nothing."""
    usual = default_policy(currency, unlock_fee=Minor(0), per_minute_rate=Minor(0))
    return {
        "payment_mode": usual.payment_mode,
        "minimum_wallet_balance": usual.minimum_wallet_balance.minor,
        "vehicle_online_window_minutes": usual.vehicle_online_window_minutes,
        "operation_limit": usual.operation_limit.minor,
        "minimum_age": usual.minimum_age,
        "prepaid_risk_countries": [*usual.prepaid_risk_countries],
        "identity_mode": usual.identity_mode,
        "identity_risk_threshold": usual.identity_risk_threshold,
        "auto_top_up_trigger_below": None,
        "auto_top_up_amount": None,
    }


def _vehicle(fleet: Fleet, vehicle: Vehicle, now: datetime) -> Record:
    """Known by the code on its handlebar; where it is and how it does, only at first."""
    subaccount_id = fixed_id(Prefix.SUBACCOUNT, fleet.key)
    first = {
        "id": fixed_id(Prefix.VEHICLE, fleet.key, vehicle.code),
        "status": VehicleStatus(vehicle.status),
        "battery_percent": vehicle.battery_percent,
        "last_signal_at": None,
        "latitude": vehicle.location and vehicle.location.latitude,
        "longitude": vehicle.location and vehicle.location.longitude,
        "added_at": now,
    }
    key = {"subaccount_id": subaccount_id, "code": vehicle.code}
    return Record(Kind.VEHICLE, key, vehicle.said("imei", "model"), first)


def _operator(operator: Operator) -> Record:
    """Known by who its tokens say it is."""
    first = {
        "id": fixed_id(Prefix.OPERATOR, operator.issuer, operator.subject),
        "locale": None,
    }
    given = operator.said("name", "email", "role", "locale")
    return Record(Kind.OPERATOR, operator.said("issuer", "subject"), given, first)
