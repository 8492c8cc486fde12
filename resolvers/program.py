from asyncio import gather
from collections.abc import Sequence
from typing import Annotated

from strawberry import Parent, argument

from db import customer as customers
from db import leaderboard as leaderboards
from db import listing
from db import program as store
from db import tally as tallies
from domain.access import Permission
from domain.customer import Customer
from domain.fault import BadUserInput
from domain.goal import Achievement, Challenge
from domain.listing import Listing, words
from domain.loyalty import LoyaltySettings, LoyaltyTier
from domain.page import Page
from domain.program import (
    ACTIVE_FOR,
    LeaderboardEntry,
    LeaderboardPeriod,
    LoyaltyProgram,
    LoyaltyStats,
    begins,
    rate,
)
from domain.referral import ReferralTier
from domain.subaccount import Subaccount
from resolvers.context import Info
from resolvers.decode import search_of
from resolvers.page import Paging

MEMBERS = "members"
LEADERS = 10
LEADERS_MAX = 100


def of_fleet(fleet: Parent[Subaccount]) -> LoyaltyProgram:
    """What riding earns in the fleet, and what came of it; riders read tiers and goals alone."""
    return LoyaltyProgram(fleet.id, fleet.currency, fleet.timezone)


async def settings(program: Parent[LoyaltyProgram], info: Info) -> LoyaltySettings | None:
    """What the program gives and takes; disabled, with the currency's figures, until it is set."""
    return await info.context.load(store.settings, program.subaccount_id)


async def stats(program: Parent[LoyaltyProgram], info: Info) -> LoyaltyStats | None:
    """What the program has come to; equal to the points ledger at any time (LOY-10)."""
    tally, terms = await gather(
        info.context.load(tallies.of_fleets, program.subaccount_id),
        info.context.load(store.settings, program.subaccount_id),
    )
    if tally is None or terms is None:
        return None
    return LoyaltyStats(
        program.subaccount_id,
        program.currency,
        terms.redemption_rate,
        customers=tally.total,
        members=tally.members,
        points_in_circulation=tally.points,
        lifetime_issued=tally.issued,
        lifetime_redeemed=tally.redeemed,
    )


async def monthly_active_rate(stats: Parent[LoyaltyStats], info: Info) -> float:
    """Members who earned points in the last 30 days among all of them, 0 to 1."""
    since = info.context.now - ACTIVE_FOR
    active = await info.context.load(store.active_members, (stats.subaccount_id, since))
    return rate(active or 0, stats.members)


async def tiers(program: Parent[LoyaltyProgram], info: Info) -> Sequence[LoyaltyTier]:
    """The statuses that rides lead to, the lowest first; at most 200."""
    return await info.context.load(store.tiers, program.subaccount_id) or ()


async def achievements(program: Parent[LoyaltyProgram], info: Info) -> Sequence[Achievement]:
    """The goals that are reached once, for ever: those offered first, by age; at most 200."""
    return await info.context.load(store.achievements, program.subaccount_id) or ()


async def challenges(program: Parent[LoyaltyProgram], info: Info) -> Sequence[Challenge]:
    """The goals between two dates: those offered first, the newest first; at most 200."""
    return await info.context.load(store.challenges, program.subaccount_id) or ()


async def referral_tiers(program: Parent[LoyaltyProgram], info: Info) -> Sequence[ReferralTier]:
    """What bringing friends pays, by how many were brought; at most 200."""
    return await info.context.load(store.referral_tiers, program.subaccount_id) or ()


async def leaderboard(
    program: Parent[LoyaltyProgram],
    info: Info,
    first: Annotated[
        int | None, argument(description="How many customers: 1 to 100, 10 unless given.")
    ] = None,
    period: Annotated[
        LeaderboardPeriod, argument(description="When the points were earned.")
    ] = LeaderboardPeriod.ALL_TIME,
) -> Sequence[LeaderboardEntry]:
    """Who earned the most points; nobody who earned none, and nobody who was deleted."""
    size = LEADERS if first is None else first
    if not 1 <= size <= LEADERS_MAX:
        message = f"A leaderboard has 1 to {LEADERS_MAX} rows."
        raise BadUserInput(message)
    since = begins(period, info.context.now, program.timezone)
    key = (program.subaccount_id, size, since)
    return await info.context.load(leaderboards.of_fleets, key) or ()


async def members(
    program: Parent[LoyaltyProgram],
    info: Info,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    *,
    search: Annotated[
        str | None, argument(description="As in the fleet's list of customers.")
    ] = None,
) -> Page[Customer] | None:
    """Customers whose points ever moved, but for deleted ones, the newest customers first."""
    text = search_of(search)
    asked = Listing(
        words=() if text is None else words(text),
        contact=info.context.caller.may(Permission.VIEW_CONTACT),
        members=True,
    )
    paging = Paging(first, after, last, before)
    key = paging.key(MEMBERS, program.subaccount_id, program.subaccount_id, asked)
    return await info.context.load(listing.customers, key)


async def customer(entry: Parent[LeaderboardEntry], info: Info) -> Customer | None:
    """Who it is."""
    return await info.context.load(customers.by_id, entry.customer_id)
