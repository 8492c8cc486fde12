"""Every enum of the API, under its own docstring and the meanings of its members.

Declared in one place, since Strawberry declares by itself an enum that it meets undeclared.
"""

import strawberry

from domain.access import CallerKind, Role, Scope
from domain.choice import Choice
from domain.customer import CustomerBadge, CustomerStatus, DeviceOs
from domain.identity import IdentityDocumentType, IdentityMethod, IdentityStatus
from domain.listing import CustomerOrderField, CustomerTab, OrderDirection
from domain.loyalty import GoalMetric, LoyaltyTransactionKind, PointsSource
from domain.name import NameMatchLevel
from domain.notification import NotificationStatus, NotificationType
from domain.package import PackageStatus
from domain.payment_method import (
    PaymentMethodStatus,
    PaymentMethodType,
    PaymentMethodVerification,
)
from domain.phone import LineType, PhoneRiskFlag, RiskLevel
from domain.plan import BillingFrequency, RideSubscriptionStatus
from domain.program import LeaderboardPeriod
from domain.promo import DiscountType
from domain.refusal import Code
from domain.ride import RideStatus
from domain.subaccount import IdentityMode, PaymentMode
from domain.vehicle import VehicleStatus
from domain.wallet import BonusReason, TransactionMode, WalletAccount, WalletTransactionKind

ENUMS = (
    BillingFrequency,
    BonusReason,
    CallerKind,
    CustomerBadge,
    CustomerOrderField,
    CustomerStatus,
    CustomerTab,
    DeviceOs,
    DiscountType,
    GoalMetric,
    IdentityDocumentType,
    IdentityMethod,
    IdentityMode,
    IdentityStatus,
    LeaderboardPeriod,
    LineType,
    LoyaltyTransactionKind,
    NameMatchLevel,
    NotificationStatus,
    NotificationType,
    OrderDirection,
    PackageStatus,
    PaymentMethodStatus,
    PaymentMethodType,
    PaymentMethodVerification,
    PaymentMode,
    PhoneRiskFlag,
    PointsSource,
    RideStatus,
    RideSubscriptionStatus,
    RiskLevel,
    Role,
    Scope,
    TransactionMode,
    VehicleStatus,
    WalletAccount,
    WalletTransactionKind,
)


def declare(kind: type[Choice], name: str | None = None) -> None:
    """Make an enum one of the API's, under its own name unless another is given."""
    strawberry.enum(kind, name=name, description=kind.__doc__)
    for value in kind.__strawberry_definition__.values:  # type: ignore[attr-defined]
        value.description = kind(value.value).meaning


for kind in ENUMS:
    declare(kind)
declare(Code, "UserErrorCode")
