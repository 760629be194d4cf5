"""Rules for keeping a pledge, in full or in part: what was given, and the evidence for it."""

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Kind
from ideahub.core.i18n import _
from ideahub.core.locking import locked
from ideahub.core.refusals import Conflict, Forbidden, Invalid
from ideahub.core.viewer import Viewer
from ideahub.core.web_addresses import is_https
from ideahub.ideas.crediting import find_name_on_idea
from ideahub.ideas.queries import IdeaView, is_author
from ideahub.ideas.taking_new import lock_open_idea
from ideahub.sponsorship.models import GIVEN_STATES, Pledge, PledgeKind, PledgeState
from ideahub.sponsorship.offering import MOST_HOURS, MOST_MONEY
from ideahub.sponsorship.steps import WHY_NOT, finish_step

DUE_SOON = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Fulfilment:
    """What was given for a pledge: the evidence in words and by a link, hours or money in the
    pledge's currency, and why it was only a part; with a reason there it is kept in part."""

    kept_note: str
    given_amount: Decimal | None = None
    evidence_url: str = ""
    part_why: str = ""


def problems(pledge: Any, given: Fulfilment) -> dict[str, str]:
    """What is wrong with what somebody says was given, a sentence for each field; `pledge` is a
    Pledge or a view of one. More than was promised is nothing wrong."""
    found = {}
    if wrong := _amount_problem(pledge, given.given_amount):
        found["given_amount"] = wrong
    elif _is_less(pledge, given) and not given.part_why:
        found["part_why"] = _("This is less than was promised. Say why it was not all of it.")
    if given.evidence_url and not is_https(given.evidence_url):
        found["evidence_url"] = _("Enter a whole address that begins with https://, or leave it.")
    return found


def _is_less(pledge: Any, given: Fulfilment) -> bool:
    return given.given_amount is not None and given.given_amount < pledge.amount


def _amount_problem(pledge: Any, amount: Decimal | None) -> str:
    if pledge.amount is None:
        no_amount = _("No amount was promised. Empty this field, and say in words what was given.")
        return no_amount if amount is not None else ""
    if amount is None:
        return _("Say how much was given in the end.")
    if not amount:
        return _("Where nothing was given, take the pledge back with a reason, or let it lapse.")
    most = MOST_HOURS if pledge.kind == PledgeKind.HOURS else MOST_MONEY
    return _("This is more than can be kept: at most %(most)s.", most=most) if amount > most else ""


async def keep_pledge(
    db: AsyncSession, viewer: Viewer, idea: IdeaView, pledge_id: int, given: Fulfilment
) -> bool:
    """Marks an accepted pledge as kept, or as kept in part; returns False where the same was said
    already. After its last day this is still possible, and pages say that it was late.

    Raises SignInNeeded, Forbidden for anyone but the sponsor and the idea's authors, Conflict where
    it was never accepted, was taken back, or was kept in other words, and where the idea was
    withdrawn or hidden; Invalid with what `problems` finds.
    """
    author = await is_author(db, viewer, idea)
    await lock_open_idea(db, idea.id)
    pledge = await locked(db, Pledge, pledge_id)
    if viewer.person_id != pledge.sponsor_id and not author:
        raise Forbidden(_("Only the sponsor or the authors can say that a pledge was kept."))
    if pledge.state in GIVEN_STATES:
        return await _said_before(db, idea, pledge, given)
    if not may_be_kept(pledge):
        raise Conflict(_(WHY_NOT[pledge.state]))
    if wrong := problems(pledge, given):
        raise Invalid(errors=wrong)
    pledge.kept_at, pledge.kept_by = func.now(), viewer.id
    for name, value in asdict(given).items():
        setattr(pledge, name, value)
    kind = Kind.PLEDGE_PART_KEPT if given.part_why else Kind.PLEDGE_KEPT
    await finish_step(db, kind, viewer, idea, pledge)
    return True


def is_due(pledge: Any, on: date) -> bool:
    """Whether an accepted pledge has to be kept soon, on this day; else it goes on. `pledge` is a
    Pledge or a view of one."""
    due: bool = pledge.expires_on <= on + DUE_SOON
    return due


def may_be_kept(pledge: Any) -> bool:
    """Whether a pledge waits to be kept; one that lapsed after it was accepted can be kept late."""
    return pledge.accepted_at is not None and pledge.state in {
        PledgeState.ACCEPTED,
        PledgeState.LAPSED,
    }


async def _said_before(db: AsyncSession, idea: IdeaView, pledge: Pledge, given: Fulfilment) -> bool:
    if all(getattr(pledge, name) == value for name, value in asdict(given).items()):
        return False
    raise Conflict(
        _(
            "%(name)s has said already how this pledge was kept, in other words. What you typed is "
            "kept: if others should read it, add it below the idea.",
            name=await find_name_on_idea(db, idea, pledge.kept_by),
        )
    )
