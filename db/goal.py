"""Achievements and challenges, and how far each member is."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ColumnElement,
    Index,
    Integer,
    Named,
    Table,
    Text,
    TypedColumns,
    func,
    select,
    text,
)

from db.query import AnyQuery, Connection, Query
from db.subaccount import subaccount
from db.tables import among, fleet_key, metadata, refers, within
from db.types import Instant, MinorUnits, one_of
from domain.access import Reach
from domain.goal import Achievement, Challenge
from domain.ids import SubaccountId
from domain.loyalty import GoalMetric
from domain.money import Minor, Money


class AchievementColumns(TypedColumns):
    subaccount_id: Named[str] = Column(Text, primary_key=True)
    id: Named[str] = Column(Text, primary_key=True)
    name: Named[str] = Column(Text)
    description: Named[str | None] = Column(Text)
    metric: Named[GoalMetric] = Column(one_of(GoalMetric))
    target: Named[int] = Column(Integer)
    reward_points: Named[int] = Column(Integer)
    active: Named[bool] = Column(Boolean)


class ChallengeColumns(TypedColumns):
    subaccount_id: Named[str] = Column(Text, primary_key=True)
    id: Named[str] = Column(Text, primary_key=True)
    name: Named[str] = Column(Text)
    description: Named[str | None] = Column(Text)
    metric: Named[GoalMetric] = Column(one_of(GoalMetric))
    target: Named[int] = Column(Integer)
    starts_at: Named[datetime] = Column(Instant)
    ends_at: Named[datetime] = Column(Instant)
    reward_points: Named[int] = Column(Integer)
    reward_credit: Named[Minor | None] = Column(MinorUnits)
    reward_free_unlocks: Named[int] = Column(Integer)
    featured: Named[bool] = Column(Boolean)
    active: Named[bool] = Column(Boolean)


class AchievementProgressColumns(TypedColumns):
    subaccount_id: Named[str] = Column(Text, primary_key=True)
    customer_id: Named[str] = Column(Text, primary_key=True)
    achievement_id: Named[str] = Column(Text, primary_key=True)
    current: Named[int] = Column(BigInteger)
    earned_at: Named[datetime | None] = Column(Instant)


class ChallengeProgressColumns(TypedColumns):
    subaccount_id: Named[str] = Column(Text, primary_key=True)
    customer_id: Named[str] = Column(Text, primary_key=True)
    challenge_id: Named[str] = Column(Text, primary_key=True)
    current: Named[int] = Column(BigInteger)
    completed_at: Named[datetime | None] = Column(Instant)


achievement = Table(
    "achievement",
    metadata,
    AchievementColumns,
    fleet_key(),
    CheckConstraint("target > 0 AND reward_points >= 0", "goal"),
)
challenge = Table(
    "challenge",
    metadata,
    ChallengeColumns,
    fleet_key(),
    CheckConstraint("target > 0 AND reward_points >= 0 AND reward_free_unlocks >= 0", "goal"),
    CheckConstraint("reward_credit > 0", "reward_credit"),
    CheckConstraint("ends_at > starts_at", "order"),
)
achievement_progress = Table(
    "achievement_progress",
    metadata,
    AchievementProgressColumns,
    refers("customer_id", "customer"),
    refers("achievement_id", "achievement"),
    CheckConstraint("current >= 0", "current"),
    Index(None, "subaccount_id", "achievement_id"),
    Index(
        "ix_achievement_progress_earned",
        "subaccount_id",
        "achievement_id",
        postgresql_include=["customer_id"],
        postgresql_where=text("earned_at IS NOT NULL"),
    ),
)
challenge_progress = Table(
    "challenge_progress",
    metadata,
    ChallengeProgressColumns,
    refers("customer_id", "customer"),
    refers("challenge_id", "challenge"),
    CheckConstraint("current >= 0", "current"),
    Index(None, "subaccount_id", "challenge_id"),
    Index(
        "ix_challenge_progress_completed",
        "subaccount_id",
        "challenge_id",
        postgresql_include=["customer_id"],
        postgresql_where=text("completed_at IS NOT NULL"),
    ),
)

ACHIEVEMENT = (
    achievement.c.id,
    achievement.c.subaccount_id,
    achievement.c.name,
    achievement.c.description,
    achievement.c.metric,
    achievement.c.target,
    achievement.c.reward_points,
    achievement.c.active,
)
CHALLENGE = (
    challenge.c.id,
    challenge.c.subaccount_id,
    challenge.c.name,
    challenge.c.description,
    challenge.c.metric,
    challenge.c.target,
    challenge.c.starts_at,
    challenge.c.ends_at,
    challenge.c.reward_points,
    challenge.c.reward_credit,
    challenge.c.reward_free_unlocks,
    challenge.c.featured,
    challenge.c.active,
)
ACHIEVEMENTS = Query(
    select(*ACHIEVEMENT).where(within(achievement.c.subaccount_id), among(achievement.c.id))
)
CHALLENGES = Query(
    select(subaccount.c.currency, *CHALLENGE)
    .join(challenge, challenge.c.subaccount_id == subaccount.c.id)
    .where(within(challenge.c.subaccount_id), among(challenge.c.id))
)


def _times(progress: Table, goal: ColumnElement[str], reached: ColumnElement[Any]) -> AnyQuery:
    """How often each goal was reached; a customer who is deleted since did reach it."""
    return Query(
        select(goal, func.count())
        .where(
            within(progress.c.subaccount_id, progress.c.customer_id),
            among(goal),
            reached.is_not(None),
        )
        .group_by(goal)
    )


ACHIEVED = _times(
    achievement_progress,
    achievement_progress.c.achievement_id,
    achievement_progress.c.earned_at,
)
COMPLETED = _times(
    challenge_progress, challenge_progress.c.challenge_id, challenge_progress.c.completed_at
)


async def achievements(
    connection: Connection, reach: Reach, ids: Sequence[str]
) -> dict[str, Achievement]:
    """The achievements of the caller's fleets, of those asked for."""
    found = await connection.rows(ACHIEVEMENTS, reach, keys=ids)
    return {row[0]: achievement_of(row) for row in found}


async def challenges(
    connection: Connection, reach: Reach, ids: Sequence[str]
) -> dict[str, Challenge]:
    """The challenges of the caller's fleets, of those asked for."""
    found = await connection.rows(CHALLENGES, reach, keys=ids)
    return {row[1]: challenge_of(row[0], row[1:]) for row in found}


async def achieved(connection: Connection, reach: Reach, ids: Sequence[str]) -> dict[str, int]:
    """How many customers earned each achievement."""
    counts = await connection.rows(ACHIEVED, reach, keys=ids)
    return {**dict.fromkeys(ids, 0), **dict(counts)}


async def completed(connection: Connection, reach: Reach, ids: Sequence[str]) -> dict[str, int]:
    """How many customers completed each challenge."""
    counts = await connection.rows(COMPLETED, reach, keys=ids)
    return {**dict.fromkeys(ids, 0), **dict(counts)}


def achievement_of(row: Sequence[Any]) -> Achievement:
    """An achievement from a row of the columns of `ACHIEVEMENT`."""
    id, subaccount_id, *rest = row
    return Achievement(id, SubaccountId(subaccount_id), *rest)


def challenge_of(currency: str, row: Sequence[Any]) -> Challenge:
    """A challenge from a row of the columns of `CHALLENGE`."""
    id, subaccount_id, *rest = row
    *goal, credit, unlocks, featured, active = rest
    reward = None if credit is None else Money(credit, currency)
    values: tuple[Any, ...] = (*goal, reward, unlocks, featured, active)
    return Challenge(id, SubaccountId(subaccount_id), *values)
