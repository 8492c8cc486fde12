"""Who brought whom, and what it paid (LOY-9)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from db.demo.life import REFERRER, Life, Referral
from db.demo.money import BALANCE
from db.demo.world import SECOND, World, moment
from domain.loyalty import ReferralStatus
from domain.wallet import WalletTransactionKind

EVERY, PROMOTER = 12, 4
"""One customer in so many brings friends: those whose number leaves this rest."""
CODE_AFTER = 20 * SECOND
"""How long after signing up a friend's code is entered: before any ride."""
BROUGHT, DISQUALIFIED = 0.1, 0.06


def is_promoter(number: int) -> bool:
    return number % EVERY == PROMOTER


def befriend(
    world: World, lives: Sequence[Life], known: Mapping[int, int]
) -> Mapping[str, list[Referral]]:
    """The friends that each customer brings; `known` are some by their numbers."""
    brought: dict[str, list[Referral]] = defaultdict(list)
    promoters: dict[int, Life] = {}
    everybody = {life.person.number: life for life in lives}
    for life in lives:
        number = life.person.number
        friend = everybody.get(known.get(number, 0))
        if friend is None and promoters and world.happens(BROUGHT) and not is_promoter(number):
            friend = world.one_of(tuple(promoters.values()))
        if friend is not None:
            disqualified = number not in known and world.happens(DISQUALIFIED)
            created = life.person.joined + CODE_AFTER
            life.referral = Referral(life.person.id, created, disqualified)
            brought[friend.person.id].append(life.referral)
        if is_promoter(number):
            promoters[number] = life
    return brought


def plan_rewards(life: Life, brought: list[Referral]) -> None:
    """What friends pay their friend, by how many were paid for before; writes the referrals."""
    paid = sorted(
        (referral for referral in brought if referral.rewarded is not None),
        key=lambda referral: referral.rewarded or 0,
    )
    rewards = {}
    for count, referral in enumerate(paid):
        steps = (reward for _, least, reward in life.fleet.spec.referral if least <= count)
        rewards[referral.referee_id] = reward = max(steps)
        life.add((referral.rewarded or 0) + 1, _reward, reward)
    for referral in brought:
        amount = rewards.get(referral.referee_id)
        status = ReferralStatus.REWARDED if amount else ReferralStatus.PENDING
        if referral.disqualified:
            status = ReferralStatus.DISQUALIFIED
        life.world.rows["referral"].append((
            life.fleet.id, referral.referee_id, life.person.id, status, amount,
            life.fleet.spec.referee_reward if amount else None, moment(referral.created),
            None if referral.rewarded is None else moment(referral.rewarded),
        ))  # fmt: skip


def _reward(life: Life, at: int, amount: int) -> None:
    operation = life.ledger.operation(at, REFERRER)
    kind = WalletTransactionKind.REFERRAL_REWARD
    life.ledger.post(operation, BALANCE, kind, amount)
    if life.member is not None:
        life.member.referred(at)
