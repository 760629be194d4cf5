"""The rule for starting a draft as a copy of a campaign, such as last year's, and the queries that
it needs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.local_time import EARLIEST, LATEST, local_time, moment_of
from ideahub.campaigns.models import Campaign, CampaignKind, Phase
from ideahub.campaigns.phase_plan import PhasePlan
from ideahub.campaigns.phases import PhaseNow, phases_now
from ideahub.campaigns.rounds import sources_by_place
from ideahub.campaigns.starting import made_just_now, must_manage_there, store_draft
from ideahub.campaigns.travelling import Shift, copy_further
from ideahub.core.i18n import _
from ideahub.core.locking import locked
from ideahub.core.refusals import Invalid
from ideahub.core.viewer import Viewer
from ideahub.organisations.models import Person

# A year in whole weeks, so that a copy opens on the same weekday.
ABOUT_A_YEAR = timedelta(weeks=52)
# The columns that travel; ideas, questions and entries do not.
COPIED = (
    "kind",
    "audience",
    "tagline",
    "question",
    "description",
    "description_html",
    "whys",
    "hopes",
    "fears",
    "beneficiaries",
    "prize",
    "challenge_types",
    "topics",
    "legal_authority",
    "allows_pseudonyms",
    "timezone",
    "template",
)
# Where entries are collected, if that is at another site.
COLLECTED = ("entries_elsewhere", "external_url")


@dataclass(frozen=True, slots=True)
class Copy:
    """What a manager says when they copy: `opens_on` is the local day on which the first phase
    opens, None where no phase has a date."""

    organisation_id: int
    title: str
    opens_on: date | None = None


async def copy_campaign(
    db: AsyncSession, viewer: Viewer, source: Campaign, copy: Copy
) -> tuple[Campaign, list[str]]:
    """Makes a draft with the texts and phases of the source, which the viewer manages, and with
    what other features take along; its dates lie as many whole days later as `opens_on` says.
    Returns it with sentences about local times that are not clear on those days. For a form that
    was sent just now it returns the draft of then.

    Raises SignInNeeded, and Invalid where the viewer does not manage the organisation, and for a
    day that cannot be used.
    """
    must_manage_there(viewer, copy.organisation_id)
    phases = await dated_phases(db, source)
    shift = _shift(phases, copy.opens_on)
    await locked(db, Person, viewer.person_id)
    made = made_just_now(viewer, copy.organisation_id)
    before = await db.scalar(made.filter_by(copied_from_id=source.id, title=copy.title))
    notes: list[str] = []
    plans = [_plan(phase, shift, notes) for phase in phases]
    if before is not None and await _opening(db, before) == _first(plans):
        return before, notes
    columns = {name: getattr(source, name) for name in COPIED}
    if source.source_ref is None:
        # Of an imported call the link leads to where it was published then.
        columns |= {name: getattr(source, name) for name in COLLECTED}
    target = Campaign(
        **columns,
        organisation_id=copy.organisation_id,
        created_by=viewer.person_id,
        copied_from_id=source.id,
        title=copy.title,
    )
    await store_draft(db, viewer, target, plans, sources_by_place(phases))
    await copy_further(db, source, target, shift)
    return target, notes


async def dated_phases(db: AsyncSession, source: Campaign) -> list[PhaseNow]:
    """The phases that travel: none of an idea box, which is always open."""
    return [] if source.kind == CampaignKind.IDEA_BOX else await phases_now(db, source.id)


def first_opening(phases: Sequence[PhaseNow]) -> date | None:
    """The local day on which the first phase opens, or closes where none has an opening; None where
    no date is known."""
    dated = [(at, phase.timezone) for phase in phases if (at := phase.opens_at or phase.closes_at)]
    if not dated:
        return None
    at, timezone = min(dated)
    return local_time(at, timezone).date()


def usual_opening(phases: Sequence[PhaseNow], today: date) -> date | None:
    """The day on which a copy opens as a rule: about a year later on the same weekday, or the next
    such weekday where that has passed. None where no date is known."""
    first = first_opening(phases)
    if first is None:
        return None
    later = first + ABOUT_A_YEAR
    weeks_past = max(0, -((later - today).days // 7))
    return later + timedelta(weeks=weeks_past)


def _shift(phases: Sequence[PhaseNow], opens_on: date | None) -> Shift:
    first = first_opening(phases)
    if first is None:
        return Shift(0)
    if opens_on is None:
        raise Invalid(_("Say on which day it opens."), field="opens_on")
    if not EARLIEST.date() <= opens_on < LATEST.date() - timedelta(days=3660):
        raise Invalid(_("Enter a year from 2000 to 2089."), field="opens_on")
    ends = [at for phase in phases for at in (phase.opens_at, phase.closes_at) if at]
    shift = Shift((opens_on - first).days)
    if max(ends) + timedelta(days=shift.days) <= datetime.now(UTC):
        raise Invalid(_("Choose a later day: all phases would be over."), field="opens_on")
    return shift


def _plan(phase: PhaseNow, shift: Shift, notes: list[str]) -> PhasePlan:
    opens = shift.on_clock(phase.opens_at, phase.timezone, phase.opens_local)
    closes = shift.on_clock(phase.closes_at, phase.timezone, phase.closes_local)
    begin = opens and moment_of(opens, phase.timezone)
    end = closes and moment_of(closes, phase.timezone, last=True)
    said = [meant.note for meant in (begin, end) if meant and meant.note]
    notes.extend(note for note in said if note not in notes)
    return PhasePlan(
        None,
        phase.name,
        begin and begin.at,
        end and end.at,
        phase.timezone,
        phase.accepts,
        phase.purpose,
        opens_local=opens,
        closes_local=closes,
        grace_seconds=phase.grace_seconds,
    )


async def _opening(db: AsyncSession, campaign: Campaign) -> datetime | None:
    opening = select(func.min(Phase.opens_at)).where(Phase.campaign_id == campaign.id)
    return await db.scalar(opening)


def _first(plans: Sequence[PhasePlan]) -> datetime | None:
    return min((plan.opens_at for plan in plans if plan.opens_at), default=None)
