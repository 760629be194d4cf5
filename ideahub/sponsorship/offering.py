"""Rules for offering a pledge: what may be promised, and by whom."""

from dataclasses import dataclass, fields
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import Date, cast, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.phases import NOW
from ideahub.core.events import Kind, record
from ideahub.core.i18n import _
from ideahub.core.own_names import is_own
from ideahub.core.refusals import Conflict, Forbidden, Invalid
from ideahub.core.viewer import Role, Viewer
from ideahub.ideas.models import Idea, Stage
from ideahub.ideas.queries import IdeaView
from ideahub.ideas.taking_new import lock_open_idea, must_take_new
from ideahub.sponsorship.models import Pledge, PledgeKind, PledgeState

# The present day by the database's clock. A pledge is still valid on its last day.
TODAY = cast(func.timezone("UTC", NOW), Date)
TODAY_IS = select(TODAY)
LONGEST = timedelta(days=5 * 365 + 1)
MOST_HOURS = Decimal(100_000)
MOST_MONEY = Decimal("999999999.99")
# The currencies of public bodies that are likely to use IdeaHub; more may be added.
CURRENCIES = (
    *("EUR", "USD", "GBP", "CHF", "SEK", "NOK", "DKK", "ISK", "PLN", "CZK", "HUF", "RON"),
    *("UAH", "TRY", "CAD", "AUD", "NZD", "JPY", "KRW", "INR", "BRL", "MXN", "ZAR"),
)


@dataclass(frozen=True, slots=True)
class PledgeOffer:
    """What a leader promises: the fields of a pledge."""

    kind: PledgeKind
    promise: str
    expires_on: date
    amount: Decimal | None = None
    currency: str = ""
    conditions: str = ""


async def today(db: AsyncSession) -> date:
    """The present day by the database's clock, in UTC."""
    found: date = (await db.execute(TODAY_IS)).scalar_one()
    return found


def may_offer(viewer: Viewer) -> bool:
    """Whether the viewer may offer pledges: a leader of any organisation, not only the idea's."""
    return viewer.holds_anywhere(Role.LEADER)


async def must_offer(db: AsyncSession, viewer: Viewer, idea: IdeaView) -> int:
    """The viewer's number, if they may offer a pledge to this idea.

    Raises SignInNeeded, Forbidden for anyone but a leader and for the idea's author, under whatever
    name, and what `must_be_open` raises.
    """
    person_id = viewer.person_id
    if not may_offer(viewer):
        raise Forbidden(_("Pledges are made by leaders. You can help with a contribution."))
    if await is_own(db, viewer, idea.author_id):
        raise Forbidden(_("This is your own idea: it needs somebody else as its sponsor."))
    must_be_open(idea)
    return person_id


def must_be_open(idea: IdeaView | Idea) -> None:
    """Raises Conflict where the idea was withdrawn, hidden or stopped."""
    must_take_new(idea)
    if idea.stage == Stage.LEARNED:
        raise Conflict(
            _("This idea was stopped. It takes pledges when it wakes. What you typed is kept.")
        )


def problems(offer: PledgeOffer, on: date) -> dict[str, str]:
    """What is wrong with an offer that is made on the day `on`: a sentence for each field."""
    found = {}
    if offer.kind in {PledgeKind.HOURS, PledgeKind.MONEY}:
        if amount := _amount_problem(offer):
            found["amount"] = amount
        if offer.kind is PledgeKind.MONEY and offer.currency not in CURRENCIES:
            found["currency"] = _("Choose a currency.")
    elif offer.amount is not None:
        found["amount"] = _(
            "Only hours and money have an amount. Empty this field, or write it in your promise."
        )
    if offer.expires_on < on:
        found["expires_on"] = _(
            "This day has passed. Choose the last day on which you can keep it."
        )
    elif offer.expires_on > on + LONGEST:
        found["expires_on"] = _("Choose a day within the next five years.")
    return found


def _amount_problem(offer: PledgeOffer) -> str:
    most = MOST_HOURS if offer.kind is PledgeKind.HOURS else MOST_MONEY
    if offer.amount is None:
        return _("Say how much.")
    if not 0 < offer.amount <= most:
        return _("Enter more than 0 and at most %(most)s.", most=most)
    return ""


async def offer_pledge(db: AsyncSession, viewer: Viewer, idea: IdeaView, offer: PledgeOffer) -> int:
    """Offers a pledge and returns its number; for an open offer that equals it, only returns its
    number.

    Raises what `must_offer` raises, and Invalid with what `problems` finds.
    """
    sponsor_id = await must_offer(db, viewer, idea)
    wrong = problems(offer, await today(db))
    if wrong:
        raise Invalid(errors=wrong)
    must_be_open(await lock_open_idea(db, idea.id))
    columns = _columns(offer)
    if (same := await _same_offer(db, idea.id, sponsor_id, columns)) is not None:
        return same
    pledge = Pledge(idea_id=idea.id, sponsor_id=sponsor_id, **columns)
    db.add(pledge)
    await db.flush()
    await record(db, Kind.PLEDGE_OFFERED, viewer, on=idea, subject=pledge)
    return pledge.id


def _columns(offer: PledgeOffer) -> dict[str, object]:
    columns = {field.name: getattr(offer, field.name) for field in fields(offer)}
    if offer.kind is not PledgeKind.MONEY:
        columns["currency"] = ""
    return columns


async def _same_offer(
    db: AsyncSession, idea_id: int, sponsor_id: int, columns: dict[str, object]
) -> int | None:
    # For a form that is sent twice, also where the offer was accepted in between.
    alike = await db.scalars(
        select(Pledge).filter_by(idea_id=idea_id, sponsor_id=sponsor_id, **columns)
    )
    open_states = {PledgeState.OFFERED, PledgeState.ACCEPTED}
    return next((pledge.id for pledge in alike if pledge.state in open_states), None)


async def count_sponsors(db: AsyncSession, idea_id: int) -> None:
    """Stores the idea's number of distinct sponsors; the caller has locked the idea's row."""
    await db.flush()
    standing = select(func.count(Pledge.sponsor_id.distinct())).where(
        Pledge.idea_id == idea_id, Pledge.is_standing
    )
    await db.execute(
        update(Idea).where(Idea.id == idea_id).values(sponsors_count=standing.scalar_subquery())
    )
