"""How far members are towards the goals of their fleet (LOY-5)."""

from collections.abc import Sequence

from sqlalchemy import and_, func, or_, select, true

from db.customer import customer
from db.goal import (
    ACHIEVEMENT,
    CHALLENGE,
    achievement,
    achievement_of,
    achievement_progress,
    challenge,
    challenge_of,
    challenge_progress,
)
from db.loyalty import Moment, moments
from db.query import Connection, Query
from db.subaccount import subaccount
from db.tables import among, within
from domain.access import Reach
from domain.goal import AchievementProgress, ChallengeProgress

GOALS_MAX = 200
"""Of each kind, that a member is shown; a program that people can follow has a few dozen."""
# What a member has reached stays to be seen when it is no longer offered.
achievements_shown = (
    select(
        *ACHIEVEMENT,
        func.coalesce(achievement_progress.c.current, 0).label("current"),
        achievement_progress.c.earned_at,
    )
    .select_from(
        achievement.outerjoin(
            achievement_progress,
            and_(
                achievement_progress.c.subaccount_id == achievement.c.subaccount_id,
                achievement_progress.c.achievement_id == achievement.c.id,
                achievement_progress.c.customer_id == customer.c.id,
            ),
        )
    )
    .where(
        achievement.c.subaccount_id == customer.c.subaccount_id,
        or_(achievement.c.active, achievement_progress.c.earned_at.is_not(None)),
    )
    .order_by(achievement.c.active.desc(), achievement.c.id)
    .limit(GOALS_MAX)
    .lateral("goal")
)
challenges_shown = (
    select(
        *CHALLENGE,
        func.coalesce(challenge_progress.c.current, 0).label("current"),
        challenge_progress.c.completed_at,
    )
    .select_from(
        challenge.outerjoin(
            challenge_progress,
            and_(
                challenge_progress.c.subaccount_id == challenge.c.subaccount_id,
                challenge_progress.c.challenge_id == challenge.c.id,
                challenge_progress.c.customer_id == customer.c.id,
            ),
        )
    )
    .where(
        challenge.c.subaccount_id == customer.c.subaccount_id,
        or_(
            and_(challenge.c.active, challenge.c.ends_at > moments.c.at),
            challenge_progress.c.completed_at.is_not(None),
        ),
    )
    .order_by(challenge.c.starts_at.desc(), challenge.c.id.desc())
    .limit(GOALS_MAX)
    .lateral("goal")
)
# Only a nested loop can join what refers to the customer, so each one's goals keep their order.
ACHIEVEMENTS_OF = Query(
    select(customer.c.id, *achievements_shown.c)
    .select_from(customer.join(achievements_shown, true()))
    .where(within(customer.c.subaccount_id, customer.c.id), among(customer.c.id))
)
CHALLENGES_OF = Query(
    select(customer.c.id, moments.c.at, subaccount.c.currency, *challenges_shown.c)
    .select_from(
        moments.join(customer, customer.c.id == moments.c.id)
        .join(subaccount, subaccount.c.id == customer.c.subaccount_id)
        .join(challenges_shown, true())
    )
    .where(within(customer.c.subaccount_id, customer.c.id))
)


async def achievements_of(
    connection: Connection, reach: Reach, customer_ids: Sequence[str]
) -> dict[str, list[AchievementProgress]]:
    """How far each customer is: in what their fleet offers, then in what they once earned."""
    shown: dict[str, list[AchievementProgress]] = {id: [] for id in customer_ids}
    for id, *goal, current, earned_at in await connection.rows(
        ACHIEVEMENTS_OF, reach, keys=customer_ids
    ):
        shown[id].append(AchievementProgress(achievement_of(goal), current, earned_at))
    return shown


async def challenges_of(
    connection: Connection, reach: Reach, keys: Sequence[Moment]
) -> dict[Moment, list[ChallengeProgress]]:
    """How far each customer is in what they may still complete, or did; the newest first."""
    shown: dict[Moment, list[ChallengeProgress]] = {key: [] for key in keys}
    ids, times = zip(*keys, strict=True)
    for id, at, currency, *goal, current, completed_at in await connection.rows(
        CHALLENGES_OF, reach, keys=ids, times=times
    ):
        goal_progress = ChallengeProgress(challenge_of(currency, goal), current, completed_at)
        shown[id, at].append(goal_progress)
    return shown
