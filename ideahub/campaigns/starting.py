"""The rule for starting a draft from a template."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.drafting import bare_question, begins_gently, open_ended_phase
from ideahub.campaigns.local_time import EARLIEST, LATEST, known_zones, moment_of
from ideahub.campaigns.models import Campaign, CampaignKind
from ideahub.campaigns.phase_plan import PhasePlan
from ideahub.campaigns.phases import phases_now
from ideahub.campaigns.rounds import invite_by_place
from ideahub.campaigns.scheduling import plan_phases
from ideahub.campaigns.templates.outlines import CampaignTemplate, PhaseOutline
from ideahub.campaigns.travelling import fill_further
from ideahub.core import lengths
from ideahub.core.i18n import _, ngettext
from ideahub.core.locking import locked
from ideahub.core.refusals import Invalid
from ideahub.core.text.rendering import markdown_html
from ideahub.core.viewer import Role, Viewer
from ideahub.organisations.models import Person

# The same form sent twice within this time makes one draft.
SAME_PRESS = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Start:
    """What a manager says when they start: `opens` and `closes` are local times in the zone, None
    for an idea box, which is always open."""

    organisation_id: int
    question: str
    title: str
    timezone: str
    opens: datetime | None = None
    closes: datetime | None = None


async def start_from_template(
    db: AsyncSession, viewer: Viewer, template: CampaignTemplate, start: Start
) -> tuple[Campaign, list[str]]:
    """Makes a draft with everything that the template has, and returns it with sentences about
    local times that were not clear. For a form that was sent just now it returns the draft of
    then.

    Raises SignInNeeded, and Invalid where the viewer does not manage the organisation, and for
    what cannot be used.
    """
    must_manage_there(viewer, start.organisation_id)
    _must_be_finished(template, start)
    plans, notes = _plans(template, start)
    source = "\n\n".join(_(paragraph) for paragraph in template.description)
    html = await markdown_html(source)
    await locked(db, Person, viewer.person_id)
    columns = {
        "organisation_id": start.organisation_id,
        "question": start.question,
        "title": start.title or title_from(start.question),
        "template": template.key,
    }
    made = made_just_now(viewer, start.organisation_id).filter_by(**columns)
    if (before := await db.scalar(made)) is not None:
        return before, notes
    campaign = Campaign(
        **columns,
        kind=template.kind,
        audience=template.audience,
        created_by=viewer.person_id,
        timezone=start.timezone,
        tagline=_(template.tagline),
        description=source,
        description_html=html,
    )
    await store_draft(db, viewer, campaign, plans, _sources(template))
    await fill_further(db, campaign, template)
    return campaign, notes


async def store_draft(
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    plans: list[PhasePlan],
    sources: Mapping[int, int],
) -> None:
    """Stores a new draft with the phases of its plan; an idea box has its one phase instead. Of
    these `sources` says which are by invitation, as in `invite_by_place`."""
    db.add(campaign)
    await db.flush()
    if campaign.kind == CampaignKind.IDEA_BOX:
        db.add(open_ended_phase(campaign))
        await db.flush()
    else:
        await plan_phases(db, viewer, campaign, plans)
        await invite_by_place(db, await phases_now(db, campaign.id), sources)


def must_manage_there(viewer: Viewer, organisation_id: int) -> None:
    """Raises SignInNeeded, and Invalid where the viewer does not manage the organisation."""
    viewer.must_sign_in()
    if not viewer.holds(Role.MANAGER, organisation_id):
        raise Invalid(_("This needs a role that you do not hold here."), field="organisation_id")


def made_just_now(viewer: Viewer, organisation_id: int) -> Select[Campaign]:
    """The select of the viewer's last draft in the organisation, if it was made just now."""
    return (
        select(Campaign)
        .where(
            Campaign.created_by == viewer.person_id,
            Campaign.organisation_id == organisation_id,
            Campaign.published_at.is_(None),
            Campaign.discarded_at.is_(None),
            Campaign.created_at > func.now() - SAME_PRESS,
        )
        .order_by(Campaign.id.desc())
        .limit(1)
    )


def title_from(question: str) -> str:
    """A title made of a question: its words without "How might we"."""
    words = bare_question(question)
    if begins_gently(question):
        words = " ".join(words.split()[3:]) or words
    return (words[:1].upper() + words[1:])[: lengths.CAMPAIGN_TITLE]


def _must_be_finished(template: CampaignTemplate, start: Start) -> None:
    bare = bare_question(start.question).casefold()
    if bare == bare_question(_(template.opening)).casefold():
        raise Invalid(_("Finish the question: so far it has only its beginning."), field="question")
    if start.timezone not in known_zones():
        raise Invalid(_("Choose a time zone from the list."), field="timezone")


def _sources(template: CampaignTemplate) -> dict[int, int]:
    names = [phase.name for phase in template.phases]
    return {
        place: names.index(phase.invited_from)
        for place, phase in enumerate(template.phases)
        if phase.invited_from
    }


def _plans(template: CampaignTemplate, start: Start) -> tuple[list[PhasePlan], list[str]]:
    if template.kind is CampaignKind.IDEA_BOX:
        return [], []
    opens, closes = _window(template, start)
    notes: list[str] = []
    plans = [_plan(phase, opens, closes, start.timezone, notes) for phase in template.phases]
    return plans, list(dict.fromkeys(notes))


def _window(template: CampaignTemplate, start: Start) -> tuple[datetime, datetime]:
    if start.opens is None:
        raise Invalid(_("Say when it opens."), field="opens")
    if start.closes is None:
        raise Invalid(_("Say when it closes."), field="closes")
    for field, typed in (("opens", start.opens), ("closes", start.closes)):
        if not EARLIEST <= typed < LATEST:
            raise Invalid(_("Enter a year from 2000 to 2099."), field=field)
    if start.closes <= start.opens:
        raise Invalid(_("It must close after it opens."), field="closes")
    if moment_of(start.closes, start.timezone, last=True).at <= datetime.now(UTC):
        raise Invalid(_("Choose a time from now on: nobody could take part."), field="closes")
    if start.closes.date() - start.opens.date() < timedelta(days=template.shortest):
        raise Invalid(
            ngettext(
                "From the opening to the closing it needs at least %(num)s day.",
                "From the opening to the closing it needs at least %(num)s days.",
                template.shortest,
            ),
            field="closes",
        )
    return start.opens, start.closes


def _plan(
    phase: PhaseOutline, opens: datetime, closes: datetime, timezone: str, notes: list[str]
) -> PhasePlan:
    # One phase ends as the next begins: in an hour that comes twice both mean its second time.
    points = phase.opens, phase.closes
    opens_local, closes_local = (point.local(opens, closes) for point in points)
    begin, end = (
        moment_of(point.local(opens, closes), timezone, last=point.after == "closing")
        for point in points
    )
    notes.extend(note for note in (begin.note, end.note) if note)
    accepts = [str(accepted) for accepted in phase.accepts]
    return PhasePlan(
        None,
        _(phase.name),
        begin.at,
        end.at,
        timezone,
        accepts,
        phase.purpose,
        opens_local=opens_local,
        closes_local=closes_local,
    )
