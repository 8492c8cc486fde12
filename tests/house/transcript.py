"""ROL-2, written down a second time and by hand: what the SDL is held against.

Each row of the table as `docs/rules.md` has it: the roles, whether a rider may on its own, and the
partner's scope; then each guarded field of the API, and the row that it belongs to.
"""

from dataclasses import dataclass

INITIALS = {
    "SA": "SUPER_ADMIN",
    "GA": "GLOBAL_ADMIN",
    "AD": "ADMIN",
    "FM": "FLEET_MANAGER",
    "CS": "CUSTOMER_SUPPORT",
    "AN": "ANALYST",
    "ST": "SERVICE_TECH",
    "VI": "VIEWER",
}
SCOPES = (
    "CUSTOMERS_READ CUSTOMERS_WRITE WALLET_READ WALLET_WRITE RIDES_READ RIDES_WRITE"
    " LOYALTY_READ LOYALTY_WRITE WEBHOOKS_MANAGE"
)


@dataclass(frozen=True)
class Row:
    roles: str
    rider: bool = False
    scopes: str = ""

    @property
    def access(self) -> dict[str, object]:
        """As @access prints it."""
        return {
            "roles": [INITIALS[role] for role in self.roles.split()],
            "rider": self.rider,
            "scopes": self.scopes.split(),
        }

    def admits(self, caller: str) -> bool:
        """Whether a role, a scope or "rider" may."""
        if caller == "rider":
            return self.rider
        return caller in self.scopes.split() or caller in map(INITIALS.get, self.roles.split())


OWN = True
SUBACCOUNTS = Row("SA GA AD FM CS AN ST VI", scopes="CUSTOMERS_READ")
CUSTOMERS = Row("SA GA AD FM CS AN VI", OWN, "CUSTOMERS_READ")
RIDES = Row("SA GA AD FM CS AN ST VI", OWN, "RIDES_READ")
VEHICLES = Row("SA GA AD FM CS AN ST VI", OWN, "RIDES_READ")
IMEI = Row("SA GA AD FM CS AN ST VI", scopes="RIDES_READ")
COUNTS = Row("SA GA AD FM CS AN VI", scopes="CUSTOMERS_READ")  # over others as well: no rider
SUMS = Row("SA GA AD FM CS AN VI", scopes="WALLET_READ")
CONTACT = Row("SA GA AD FM CS VI", OWN, "CUSTOMERS_READ")
SENSITIVE = Row("SA GA AD FM CS")
IDENTITY = Row("SA GA AD FM CS", OWN)
WALLET = Row("SA GA AD FM CS AN VI", OWN, "WALLET_READ")
NOTES_ON_MONEY = Row("SA GA AD FM CS AN VI", OWN)  # a rider: a fee's description
NOTES_ON_POINTS = Row("SA GA AD FM CS AN VI")
PURCHASES = Row("SA GA AD FM CS AN VI", OWN, "CUSTOMERS_READ")
LOYALTY = Row("SA GA AD FM CS AN VI", OWN, "LOYALTY_READ")
PROGRAM = Row("SA GA AD FM CS AN VI", OWN, "LOYALTY_READ")  # a rider: tiers and goals
FIGURES = Row("SA GA AD FM CS AN VI", scopes="LOYALTY_READ")
STRIPE_AND_CODES = Row("SA GA AD FM CS")
AUDIT_LOG = Row("SA GA AD")
OPERATORS = Row("SA GA AD FM CS AN ST VI")
REFERRER = Row("SA GA AD FM CS AN VI")
PARTNER_KEYS = Row("SA GA", scopes=SCOPES)  # a partner: its own
CREDIT = Row("SA GA AD FM CS", scopes="WALLET_WRITE")
FEE = Row("SA GA AD FM CS")
TOP_UP = Row("SA GA AD FM CS", OWN)  # a rider: by saved card
REDUCE = Row("SA GA AD FM")
NOTIFY = Row("SA GA AD FM CS")
REGISTER_DEVICE = Row("", OWN)
IDENTITY_DECISIONS = Row("SA GA AD")
RIDE_POLICY = Row("SA GA AD")
REFRESH_PHONE = Row("SA GA AD FM CS")
ME = Row("", OWN)
REGISTER = Row("SA GA AD FM CS", OWN, "CUSTOMERS_WRITE")  # a rider: unbound
EDIT = Row("SA GA AD FM CS", OWN, "CUSTOMERS_WRITE")  # a rider: name and phone
ADD_NOTES = Row("SA GA AD FM CS", scopes="CUSTOMERS_WRITE")
BLOCK = Row("SA GA AD")
DELETE = Row("SA GA AD")

FIELDS = {
    "Mutation.registerCustomer": REGISTER,
    "RegisterCustomerPayload.customer": CUSTOMERS,
    "Mutation.updateCustomer": EDIT,
    "UpdateCustomerPayload.customer": CUSTOMERS,
    "Mutation.blockCustomer": BLOCK,
    "BlockCustomerPayload.customer": CUSTOMERS,
    "Mutation.unblockCustomer": BLOCK,
    "UnblockCustomerPayload.customer": CUSTOMERS,
    "Mutation.deleteCustomer": DELETE,
    "DeleteCustomerPayload.customer": CUSTOMERS,
    "Mutation.addCustomerNote": ADD_NOTES,
    "AddCustomerNotePayload.customer": CUSTOMERS,
    "AddCustomerNotePayload.note": SENSITIVE,
    "Mutation.addWalletCredit": CREDIT,
    "AddWalletCreditPayload.customer": CUSTOMERS,
    "AddWalletCreditPayload.transactions": WALLET,
    "AddWalletCreditPayload.wallet": WALLET,
    "Mutation.addBonus": CREDIT,
    "AddBonusPayload.customer": CUSTOMERS,
    "AddBonusPayload.transactions": WALLET,
    "AddBonusPayload.wallet": WALLET,
    "Mutation.chargeFee": FEE,
    "ChargeFeePayload.customer": CUSTOMERS,
    "ChargeFeePayload.transactions": WALLET,
    "ChargeFeePayload.wallet": WALLET,
    "Mutation.reduceBalance": REDUCE,
    "ReduceBalancePayload.customer": CUSTOMERS,
    "ReduceBalancePayload.transactions": WALLET,
    "ReduceBalancePayload.wallet": WALLET,
    "Mutation.topUpWallet": TOP_UP,
    "TopUpWalletPayload.customer": CUSTOMERS,
    "TopUpWalletPayload.transactions": WALLET,
    "TopUpWalletPayload.wallet": WALLET,
    "Mutation.reverseWalletTransaction": REDUCE,
    "ReverseWalletTransactionPayload.customer": CUSTOMERS,
    "ReverseWalletTransactionPayload.transactions": WALLET,
    "ReverseWalletTransactionPayload.wallet": WALLET,
    "Mutation.sendNotification": NOTIFY,
    "SendNotificationPayload.notification": PURCHASES,
    "Mutation.registerDevice": REGISTER_DEVICE,
    "RegisterDevicePayload.customer": CUSTOMERS,
    "Mutation.requireIdentityVerification": IDENTITY_DECISIONS,
    "RequireIdentityVerificationPayload.customer": CUSTOMERS,
    "Mutation.clearIdentityRequirement": IDENTITY_DECISIONS,
    "ClearIdentityRequirementPayload.customer": CUSTOMERS,
    "Mutation.verifyIdentityManually": IDENTITY_DECISIONS,
    "VerifyIdentityManuallyPayload.customer": CUSTOMERS,
    "Mutation.updateRidePolicy": RIDE_POLICY,
    "Mutation.refreshPhoneLookup": REFRESH_PHONE,
    "RefreshPhoneLookupPayload.customer": CUSTOMERS,
    "Query.subaccounts": SUBACCOUNTS,
    "Query.customer": CUSTOMERS,
    "Query.customerBy": CUSTOMERS,
    "Query.ride": RIDES,
    "Query.vehicle": VEHICLES,
    "Query.me": ME,
    "Subaccount.rides": RIDES,
    "Subaccount.customerSummary": COUNTS,
    "Subaccount.customerTabs": COUNTS,
    "Subaccount.customers": CUSTOMERS,
    "CustomerSummary.walletValue": SUMS,
    "CustomerSummary.totalBonuses": SUMS,
    "CustomerSummary.withDebt": SUMS,
    "CustomerSummary.totalDebt": SUMS,
    "Subaccount.vehicles": VEHICLES,
    "Subaccount.zones": VEHICLES,
    "Subaccount.plans": PURCHASES,
    "Subaccount.ridePackages": PURCHASES,
    "Subaccount.promoCodes": STRIPE_AND_CODES,
    "Subaccount.auditLog": AUDIT_LOG,
    "Subaccount.loyaltyProgram": PROGRAM,
    "Customer.email": CONTACT,
    "Customer.phone": CONTACT,
    "Customer.region": CUSTOMERS,
    "Customer.lastActiveAt": CUSTOMERS,
    "Customer.blockedAt": CUSTOMERS,
    "Customer.blockedReason": SENSITIVE,
    "Customer.deletedAt": CUSTOMERS,
    "Customer.stripeCustomerId": STRIPE_AND_CODES,
    "Customer.totalSpent": WALLET,
    "Customer.wallet": WALLET,
    "Customer.paymentMethods": WALLET,
    "Customer.identity": IDENTITY,
    "Customer.phoneLookup": SENSITIVE,
    "Customer.signupLocation": SENSITIVE,
    "Customer.subscriptions": PURCHASES,
    "Customer.packages": PURCHASES,
    "Customer.promos": PURCHASES,
    "Customer.rides": RIDES,
    "Customer.activeRide": RIDES,
    "Customer.loyalty": LOYALTY,
    "Customer.notifications": PURCHASES,
    "Customer.auditTrail": SENSITIVE,
    "Customer.notes": SENSITIVE,
    "AuditEntry.customer": CUSTOMERS,
    "IdentityVerification.requiredReason": SENSITIVE,
    "IdentityVerification.failureReason": SENSITIVE,
    "IdentityVerification.verifiedAt": SENSITIVE,
    "IdentityVerification.nameMismatch": SENSITIVE,
    "IdentityVerification.verifiedName": SENSITIVE,
    "IdentityVerification.dateOfBirth": SENSITIVE,
    "IdentityVerification.address": SENSITIVE,
    "IdentityVerification.idType": SENSITIVE,
    "IdentityVerification.method": SENSITIVE,
    "IdentityVerification.notes": SENSITIVE,
    "IdentityVerification.riskScore": SENSITIVE,
    "PaymentMethod.stripePaymentMethodId": STRIPE_AND_CODES,
    "RideSubscription.stripeSubscriptionId": STRIPE_AND_CODES,
    "WalletTransaction.note": NOTES_ON_MONEY,
    "WalletTransaction.ride": RIDES,
    "FareBreakdown.transactions": WALLET,
    "Vehicle.imei": IMEI,
    "Vehicle.activeRide": RIDES,
    "LoyaltyTransaction.reason": NOTES_ON_POINTS,
    "LoyaltyTransaction.ride": RIDES,
    "LoyaltyProgram.settings": FIGURES,
    "LoyaltyProgram.stats": FIGURES,
    "LoyaltyProgram.leaderboard": FIGURES,
    "LoyaltyProgram.members": FIGURES,
    "LoyaltyTier.members": FIGURES,
    "Achievement.completions": FIGURES,
    "Challenge.completions": FIGURES,
    "Referral.referredBy": REFERRER,
    "Operator.email": OPERATORS,
    "Operator.role": OPERATORS,
    "Operator.subaccounts": OPERATORS,
    "PartnerKey.prefix": PARTNER_KEYS,
    "PartnerKey.scopes": PARTNER_KEYS,
    "PartnerKey.rateLimitPerMinute": PARTNER_KEYS,
    "PartnerKey.expiresAt": PARTNER_KEYS,
    "PartnerKey.lastUsedAt": PARTNER_KEYS,
    "PartnerKey.revokedAt": PARTNER_KEYS,
}
EMPTY = {
    "AddBonusPayload.transactions",
    "AddWalletCreditPayload.transactions",
    "ChargeFeePayload.transactions",
    "ReduceBalancePayload.transactions",
    "ReverseWalletTransactionPayload.transactions",
    "TopUpWalletPayload.transactions",
    "FareBreakdown.transactions",
    "Subaccount.zones",
    "Subaccount.plans",
    "Subaccount.ridePackages",
    "LoyaltyProgram.leaderboard",
}
"""Lists that are never null: empty, without an error, for those who have no right to them."""
AS_PARENT = {
    "Query.viewer",
    "Query.node",
    "Query.nodes",
    "Query.subaccount",
    "Subaccount.id",
    "Subaccount.name",
    "Subaccount.currency",
    "Subaccount.timezone",
    "Subaccount.defaultLocale",
    "Subaccount.regions",
    "Subaccount.policy",
    "Customer.id",
    "Customer.customerNumber",
    "Customer.name",
    "Customer.maskedPhone",
    "Customer.deviceOs",
    "Customer.locale",
    "Customer.subaccount",
    "Customer.joinedAt",
    "Customer.status",
    "Customer.badges",
    "Customer.blocked",
    "Customer.completedRides",
    "Operator.id",
    "Operator.name",
    "PartnerKey.id",
    "PartnerKey.name",
    "PartnerKey.createdAt",
}
"""Fields of the roots and of the four records of ROL-3 that are as open as their parent."""
