"""Who may do what: the table of ROL-2, once.

The directive that the SDL prints, the check at run time and `viewer.allowedMutations` all come
from `GRANTS`; which rows exist for a caller is its `Reach`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, auto
from typing import ClassVar, TypeAlias

from domain.choice import Choice
from domain.ids import SubaccountId


class Role(Choice):
    """What an operator is to the fleet company."""

    SUPER_ADMIN = "SUPER_ADMIN", "Everything, in every fleet."
    GLOBAL_ADMIN = "GLOBAL_ADMIN", "Everything in the assigned fleets, even keys and erasure."
    ADMIN = "ADMIN", "Runs the assigned fleets: blocks, deletes, imports, sets prices and goals."
    FLEET_MANAGER = "FLEET_MANAGER", "Daily business, refunds and corrections of money included."
    CUSTOMER_SUPPORT = "CUSTOMER_SUPPORT", "Helps customers: credit, fees, trips, messages."
    ANALYST = "ANALYST", "Reads figures and lists, without contact data."
    SERVICE_TECH = "SERVICE_TECH", "Looks after vehicles: sees rides, and names of riders."
    VIEWER = "VIEWER", "Reads, and changes nothing."


class Scope(Choice):
    """What a partner's key may be used for."""

    CUSTOMERS_READ = "CUSTOMERS_READ", "Read customers, and what they bought and were told."
    CUSTOMERS_WRITE = "CUSTOMERS_WRITE", "Register and edit customers, and add notes."
    WALLET_READ = "WALLET_READ", "Read wallets, ledgers and means of payment."
    WALLET_WRITE = "WALLET_WRITE", "Add credit and bonus."
    RIDES_READ = "RIDES_READ", "Read rides, vehicles and zones."
    RIDES_WRITE = "RIDES_WRITE", "Start and end trips."
    LOYALTY_READ = "LOYALTY_READ", "Read points, tiers, goals and their figures."
    LOYALTY_WRITE = "LOYALTY_WRITE", "Adjust points."
    WEBHOOKS_MANAGE = "WEBHOOKS_MANAGE", "Set up webhooks, and send deliveries again."


class CallerKind(Choice):
    """The three kinds of caller, told apart by their credential (ROL-1)."""

    OPERATOR = "OPERATOR", "A person of the fleet company, by a signed token."
    RIDER = "RIDER", "A customer with the app, by a signed token."
    PARTNER = "PARTNER", "A company's system, by an API key."


class Permission(StrEnum):
    """One right, as one row or cell of ROL-2 names it."""

    LIST_SUBACCOUNTS = auto()
    OPEN_CUSTOMERS = auto()
    COUNT_CUSTOMERS = auto()
    VIEW_ME = auto()
    VIEW_RIDES = auto()
    VIEW_VEHICLES = auto()
    VIEW_IMEI = auto()
    VIEW_CONTACT = auto()
    VIEW_IDENTITY = auto()
    VIEW_SENSITIVE = auto()
    VIEW_WALLET = auto()
    VIEW_SUMS = auto()
    VIEW_LINE_NOTES = auto()
    VIEW_POINTS_NOTES = auto()
    VIEW_PURCHASES = auto()
    VIEW_LOYALTY = auto()
    VIEW_LOYALTY_FIGURES = auto()
    VIEW_STRIPE_IDS = auto()
    VIEW_PROMO_CODES = auto()
    VIEW_AUDIT_LOG = auto()
    VIEW_OPERATORS = auto()
    VIEW_PARTNER_KEYS = auto()
    VIEW_REFERRER = auto()
    REGISTER_CUSTOMER = auto()
    UPDATE_CUSTOMER = auto()
    ADD_NOTE = auto()
    BLOCK_CUSTOMER = auto()
    DELETE_CUSTOMER = auto()
    REFRESH_PHONE = auto()
    MANAGE_IDENTITY = auto()
    ADD_CREDIT = auto()
    ADD_BONUS = auto()
    CHARGE_FEE = auto()
    TOP_UP = auto()
    REDUCE_BALANCE = auto()
    REVERSE = auto()
    NOTIFY = auto()
    REGISTER_DEVICE = auto()
    EDIT_POLICY = auto()
    RUN_JOBS = auto()


@dataclass(frozen=True, slots=True)
class Access:
    """Whom a permission admits: a caller passes by its own kind's entry."""

    roles: frozenset[Role] = frozenset()
    rider: bool = False
    scopes: frozenset[Scope] = frozenset()
    system: bool = False


OWNERS = frozenset({Role.SUPER_ADMIN, Role.GLOBAL_ADMIN})
ADMINS = OWNERS | {Role.ADMIN}
MANAGERS = ADMINS | {Role.FLEET_MANAGER}
SUPPORT = MANAGERS | {Role.CUSTOMER_SUPPORT}
CONTACTS = SUPPORT | {Role.VIEWER}
READERS = CONTACTS | {Role.ANALYST}
EVERYONE = frozenset(Role)
ALL_SCOPES = frozenset(Scope)


def _scopes(*scopes: Scope) -> frozenset[Scope]:
    return frozenset(scopes)


GRANTS: Mapping[Permission, Access] = {
    Permission.LIST_SUBACCOUNTS: Access(EVERYONE, scopes=_scopes(Scope.CUSTOMERS_READ)),
    Permission.OPEN_CUSTOMERS: Access(READERS, rider=True, scopes=_scopes(Scope.CUSTOMERS_READ)),
    # A rider lists itself; counts and sums are over others as well.
    Permission.COUNT_CUSTOMERS: Access(READERS, scopes=_scopes(Scope.CUSTOMERS_READ)),
    Permission.VIEW_ME: Access(rider=True),
    Permission.VIEW_RIDES: Access(EVERYONE, rider=True, scopes=_scopes(Scope.RIDES_READ)),
    Permission.VIEW_VEHICLES: Access(EVERYONE, rider=True, scopes=_scopes(Scope.RIDES_READ)),
    Permission.VIEW_IMEI: Access(EVERYONE, scopes=_scopes(Scope.RIDES_READ)),
    Permission.VIEW_CONTACT: Access(CONTACTS, rider=True, scopes=_scopes(Scope.CUSTOMERS_READ)),
    Permission.VIEW_IDENTITY: Access(SUPPORT, rider=True),
    Permission.VIEW_SENSITIVE: Access(SUPPORT),
    Permission.VIEW_WALLET: Access(READERS, rider=True, scopes=_scopes(Scope.WALLET_READ)),
    Permission.VIEW_SUMS: Access(READERS, scopes=_scopes(Scope.WALLET_READ)),
    # A rider reads the description of a fee of its own, and of no other line.
    Permission.VIEW_LINE_NOTES: Access(READERS, rider=True),
    Permission.VIEW_POINTS_NOTES: Access(READERS),
    Permission.VIEW_PURCHASES: Access(READERS, rider=True, scopes=_scopes(Scope.CUSTOMERS_READ)),
    Permission.VIEW_LOYALTY: Access(READERS, rider=True, scopes=_scopes(Scope.LOYALTY_READ)),
    Permission.VIEW_LOYALTY_FIGURES: Access(READERS, scopes=_scopes(Scope.LOYALTY_READ)),
    Permission.VIEW_STRIPE_IDS: Access(SUPPORT),
    Permission.VIEW_PROMO_CODES: Access(SUPPORT),
    Permission.VIEW_AUDIT_LOG: Access(ADMINS),
    # Riders and partners see of an operator only the name, and of a referrer the first (ROL-10).
    Permission.VIEW_OPERATORS: Access(EVERYONE),
    Permission.VIEW_REFERRER: Access(READERS),
    # A partner reads its own key, whatever its scopes; of another only the name (ROL-10).
    Permission.VIEW_PARTNER_KEYS: Access(OWNERS, scopes=ALL_SCOPES),
    # A rider signs up once in a fleet; bound, it may ask again and hears the first outcome.
    Permission.REGISTER_CUSTOMER: Access(
        SUPPORT, rider=True, scopes=_scopes(Scope.CUSTOMERS_WRITE)
    ),
    Permission.UPDATE_CUSTOMER: Access(SUPPORT, rider=True, scopes=_scopes(Scope.CUSTOMERS_WRITE)),
    Permission.ADD_NOTE: Access(SUPPORT, scopes=_scopes(Scope.CUSTOMERS_WRITE)),
    Permission.BLOCK_CUSTOMER: Access(ADMINS),
    Permission.DELETE_CUSTOMER: Access(ADMINS),
    Permission.REFRESH_PHONE: Access(SUPPORT),
    Permission.MANAGE_IDENTITY: Access(ADMINS),
    Permission.ADD_CREDIT: Access(SUPPORT, scopes=_scopes(Scope.WALLET_WRITE)),
    Permission.ADD_BONUS: Access(SUPPORT, scopes=_scopes(Scope.WALLET_WRITE)),
    Permission.CHARGE_FEE: Access(SUPPORT),
    # A rider by its saved card, and in no other way.
    Permission.TOP_UP: Access(SUPPORT, rider=True),
    Permission.REDUCE_BALANCE: Access(MANAGERS),
    Permission.REVERSE: Access(MANAGERS),
    Permission.NOTIFY: Access(SUPPORT),
    Permission.REGISTER_DEVICE: Access(rider=True),
    Permission.EDIT_POLICY: Access(ADMINS),
    Permission.RUN_JOBS: Access(system=True),
}


NOBODY = ""
"""An id that no customer has."""


@dataclass(frozen=True, slots=True)
class Reach:
    """The rows that exist for a caller: those of its subaccounts, and for a rider its own."""

    subaccounts: tuple[SubaccountId, ...]
    customer_id: str | None = None


@dataclass(frozen=True, slots=True)
class Operator:
    """A person of the fleet company, with one role for some subaccounts."""

    kind: ClassVar = CallerKind.OPERATOR
    id: str
    role: Role
    subaccounts: tuple[SubaccountId, ...]
    locale: str | None = None

    @property
    def credential(self) -> str:
        """Whose idempotency keys it uses."""
        return self.id

    def may(self, permission: Permission) -> bool:
        return self.role in GRANTS[permission].roles

    @property
    def reach(self) -> Reach:
        return Reach(self.subaccounts)


@dataclass(frozen=True, slots=True)
class Rider:
    """A person with the app: bound to one customer of a fleet, or to none before signing up.

    One that signs up names a fleet already, in which it reaches no customer yet.
    """

    kind: ClassVar = CallerKind.RIDER
    issuer: str
    subject: str
    customer_id: str | None = None
    subaccount_id: SubaccountId | None = None

    @property
    def id(self) -> str:
        """The customer's id; before signing up, who the credential says it is."""
        return self.customer_id or self.credential

    @property
    def credential(self) -> str:
        """Whose idempotency keys it uses: the same before signing up and after."""
        return f"{self.issuer} {self.subject}"

    def may(self, permission: Permission) -> bool:
        """An unbound rider may use `viewer` and sign up, and nothing else (ROL-8).

        The answer to a signup has a customer: none, where it was refused.
        """
        if self.customer_id is None:
            answered = permission is Permission.OPEN_CUSTOMERS and self.subaccount_id is not None
            return answered or permission is Permission.REGISTER_CUSTOMER
        return GRANTS[permission].rider

    @property
    def reach(self) -> Reach:
        if self.subaccount_id is None:
            return Reach(())
        return Reach((self.subaccount_id,), self.customer_id or NOBODY)


@dataclass(frozen=True, slots=True)
class Partner:
    """A company's system, by its key."""

    kind: ClassVar = CallerKind.PARTNER
    id: str
    scopes: frozenset[Scope]
    subaccount_id: SubaccountId

    @property
    def credential(self) -> str:
        """Whose idempotency keys it uses."""
        return self.id

    def may(self, permission: Permission) -> bool:
        return not self.scopes.isdisjoint(GRANTS[permission].scopes)

    @property
    def reach(self) -> Reach:
        return Reach((self.subaccount_id,))


@dataclass(frozen=True, slots=True)
class System:
    """The program itself at work in one fleet: what a job does, nobody asked for by a request."""

    id: str
    subaccount_id: SubaccountId

    @property
    def credential(self) -> str:
        """Whose idempotency keys it uses."""
        return self.id

    def may(self, permission: Permission) -> bool:
        return GRANTS[permission].system

    @property
    def reach(self) -> Reach:
        return Reach((self.subaccount_id,))


Client: TypeAlias = Operator | Rider | Partner
"""Who comes with a credential."""
Caller: TypeAlias = Client | System
