"""How somebody becomes a customer."""

from actions.action import Work, action
from actions.customer import region_problem
from db import identity as identities
from db import location as locations
from db import referral as referrals
from db import signup as store
from db import subaccount as subaccounts
from domain import signup as rules
from domain.access import Permission, Rider
from domain.audit import Change
from domain.customer import Touched
from domain.identity import IdentityVerification
from domain.ids import CustomerId, Prefix, SubaccountId
from domain.job import Job, JobKind
from domain.location import address_of
from domain.referral import new_code
from domain.refusal import Code, Refusal, Refused, refuse
from domain.signup import Signup
from domain.subaccount import Subaccount
from domain.text import unreadable

REFUSES = (Code.NOT_FOUND, Code.ALREADY_EXISTS, Code.REFERRAL_INVALID)


@action(Permission.REGISTER_CUSTOMER, refuses=REFUSES, idempotent=True)
async def register_customer(work: Work, subaccount_id: SubaccountId, asked: Signup) -> Touched:
    """Sign somebody up with a fleet (CUS-1). A rider who asks is bound to the customer (ROL-8)."""
    fleets = await subaccounts.by_id(work.connection, work.reach, [subaccount_id])
    if subaccount_id not in fleets:
        raise Refused(Refusal(Code.NOT_FOUND, "subaccount_id"))
    if isinstance(work.caller, Rider) and work.caller.customer_id is not None:
        raise Refused(Refusal(Code.ALREADY_EXISTS))
    fleet, signup = fleets[subaccount_id], asked.tidied()
    refuse(*signup.problems(), _address_problem(work, signup))
    referrer_id = await _checked(work, fleet, signup)
    new = work.new_id(Prefix.CUSTOMER)
    identity = rules.identity_at_signup(fleet.policy, new)
    await _add(work, fleet, signup, identity)
    await _keep(work, fleet, signup, identity)
    if referrer_id is not None:
        ids = {"referrer_id": referrer_id, "referee_id": new}
        await referrals.add(work.connection, work.reach, fleet.id, at=work.now, **ids)
    if isinstance(work.caller, Rider):
        await store.bind(work.connection, work.reach, work.caller, new)
    work.later(Job(JobKind.ASSESS_SIGNUP, fleet.id, new))
    return Touched(new)


def _address(work: Work, signup: Signup) -> str | None:
    """The address that counts: a rider's own call comes from it, others say it (LOC-1)."""
    by_rider = isinstance(work.caller, Rider)
    return address_of(work.origin.ip_address if by_rider else signup.ip_address)


def _address_problem(work: Work, signup: Signup) -> Refusal | None:
    if isinstance(work.caller, Rider) or signup.ip_address is None:
        return None
    unreadable = _address(work, signup) is None
    return Refusal(Code.INVALID_INPUT, "ip_address") if unreadable else None


async def _checked(work: Work, fleet: Subaccount, signup: Signup) -> CustomerId | None:
    """Who brought the customer, once nothing that the fleet has is in the way of the signup."""
    email_taken = no_referrer = None
    no_region = await region_problem(work, fleet.id, signup.region_id)
    if await store.takes_email(work.connection, work.reach, fleet.id, signup.email):
        email_taken = Refusal(Code.ALREADY_EXISTS, "email")
    referrer_id = await _referrer(work, fleet, signup)
    if signup.referral_code is not None and referrer_id is None:
        no_referrer = Refusal(Code.REFERRAL_INVALID, "referral_code")
    refuse(no_region, email_taken, no_referrer)
    return referrer_id


async def _referrer(work: Work, fleet: Subaccount, signup: Signup) -> CustomerId | None:
    code = signup.referral_code
    if code is None or unreadable(code, "referral_code"):
        return None
    return await store.referrer(work.connection, work.reach, fleet.id, code)


async def _add(
    work: Work, fleet: Subaccount, signup: Signup, identity: IdentityVerification
) -> None:
    """The customer's own row, and the line that it leaves in the trail."""
    new = identity.customer_id
    standing = {"identity_required": True, "identity_status": identity.status}
    said = {
        "name": signup.name,
        "email": signup.email,
        "phone": signup.phone,
        "device_os": signup.device_os,
        "locale": signup.locale or fleet.default_locale,
        "region_id": signup.region_id,
        **(standing if identity.required else {}),
    }
    given = {
        "subaccount_id": fleet.id,
        "id": new,
        "joined_at": work.now,
        "referral_code": new_code(),
    }
    await store.add(work.connection, work.reach, said | given)
    after = {name: value for name, value in said.items() if value is not None}
    actor = new if isinstance(work.caller, Rider) else None
    work.changed(Change(fleet.id, new, before={}, after=after, actor=actor))


async def _keep(
    work: Work, fleet: Subaccount, signup: Signup, identity: IdentityVerification
) -> None:
    """What else is known of the signup: from where, on which phone, and what is demanded."""
    ids = fleet.id, identity.customer_id
    if (address := _address(work, signup)) or signup.fix:
        fix, at = signup.fix, work.now
        await locations.add(work.connection, work.reach, *ids, address=address, fix=fix, at=at)
    if signup.device_id:
        await store.add_device(work.connection, work.reach, *ids, signup.device_id)
    if identity.required:
        await identities.keep(work.connection, work.reach, fleet.id, identity)
