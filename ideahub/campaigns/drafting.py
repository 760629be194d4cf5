"""Starting a challenge or idea box, and writing its texts: freely while it is a draft."""

import re
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.checking import emptied_by
from ideahub.campaigns.models import Accepts, Audience, Campaign, CampaignKind, Phase
from ideahub.campaigns.queries import find_managed
from ideahub.core.events import Kind, record
from ideahub.core.i18n import _, ngettext
from ideahub.core.languages import SOURCE, language
from ideahub.core.locking import locked
from ideahub.core.refusals import Conflict, Invalid, NotFound
from ideahub.core.text.cleaning import COMMAS, SEMICOLONS
from ideahub.core.viewer import Role, Viewer
from ideahub.organisations.models import Person

MOST_TOPICS = 8
LONGEST_TOPIC = 80
SEPARATORS = re.compile(f"[{COMMAS}{SEMICOLONS}\n]")
OPENING = "how might we"


async def start_campaign(
    db: AsyncSession, viewer: Viewer, kind: CampaignKind, organisation_id: int
) -> Campaign:
    """A new draft, or the viewer's untouched one of the same kind: pressing twice makes one.

    Raises Invalid where the viewer does not manage the organisation.
    """
    person_id = viewer.person_id
    if not viewer.holds(Role.MANAGER, organisation_id):
        raise Invalid(_("This needs a role that you do not hold here."), field="organisation_id")
    await locked(db, Person, person_id)
    untouched = await _untouched(db, person_id, kind, organisation_id)
    if untouched is not None:
        return untouched
    campaign = Campaign(
        kind=kind,
        # A box is where colleagues begin; a challenge asks everyone.
        audience=Audience.INTERNAL if kind is CampaignKind.IDEA_BOX else Audience.PUBLIC,
        organisation_id=organisation_id,
        created_by=person_id,
        timezone=await _usual_zone(db, organisation_id),
    )
    db.add(campaign)
    await db.flush()
    if kind is CampaignKind.IDEA_BOX:
        db.add(open_ended_phase(campaign))
        await db.flush()
    return campaign


def open_ended_phase(campaign: Campaign) -> Phase:
    """The one phase of an idea box: open from its publication, without an end."""
    accepts = [Accepts.IDEAS, Accepts.VOTES, Accepts.CONTRIBUTIONS]
    return Phase(
        campaign_id=campaign.id,
        position=1,
        name=_("Always open"),
        timezone=campaign.timezone,
        accepts=accepts,
    )


async def write_campaign(
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    values: dict[str, Any],
    description_html: str,
) -> list[str]:
    """Takes over these values; returns the names of those that changed. The description comes
    rendered, which may take a while, so that nobody waits for the row meanwhile.

    Once it is published, raises Invalid for a new audience, and where something required would
    be emptied; everyone is told of the change.
    """
    changed = [name for name, value in values.items() if getattr(campaign, name) != value]
    if not changed:
        return []
    if campaign.published_at and "audience" in changed:
        raise Invalid(
            _("Who may take part cannot change any more: people rely on it."), field="audience"
        )
    if campaign.published_at and (emptied := emptied_by(values)):
        raise Invalid(errors=emptied)
    for name in changed:
        setattr(campaign, name, values[name])
    if "description" in changed:
        campaign.description_html = description_html
    if campaign.published_at:
        await record(db, Kind.CAMPAIGN_CHANGED, viewer, on=campaign, changed=sorted(changed))
    await db.flush()
    return changed


async def discard_campaign(db: AsyncSession, viewer: Viewer, campaign_id: int) -> None:
    """Throws a draft away, once, however often: nothing is kept of it, so managers are not told
    what is not there from what was never there.

    Raises as `find_managed` does, and Conflict once it was published.
    """
    try:
        campaign = await find_managed(db, viewer, campaign_id, lock=True)
    except NotFound:
        if viewer.can_manage:
            return
        raise
    if campaign.published_at:
        raise Conflict(_("This is published: it can be closed, but not thrown away."))
    await db.execute(delete(Campaign).where(Campaign.id == campaign.id))


def tidy_topics(typed: str) -> list[str]:
    """Topics from a line with commas, without doubles; raises Invalid for too many or too long."""
    words = [" ".join(word.split()).strip("# ") for word in SEPARATORS.split(typed)]
    topics = list({word.casefold(): word for word in words if word}.values())
    if len(topics) > MOST_TOPICS:
        raise Invalid(
            ngettext(
                "At most %(num)s topic, please.", "At most %(num)s topics, please.", MOST_TOPICS
            )
        )
    if any(len(topic) > LONGEST_TOPIC for topic in topics):
        raise Invalid(
            ngettext(
                "Shorten each topic to %(num)s character.",
                "Shorten each topic to %(num)s characters.",
                LONGEST_TOPIC,
            )
        )
    return topics


def begins_gently(question: str) -> bool:
    """Whether a question begins so that it invites answers; one that is not asked yet does."""
    # Translators: the first words of a question, in small letters
    openings = OPENING, _("how might we").casefold()
    return not _bare(question) or _bare(question).casefold().startswith(openings)


def gentle_question(question: str) -> str:
    """How the question could begin so that it invites answers; empty where it does already.

    Only in English: elsewhere the words after such an opening would have to change, too.
    """
    if begins_gently(question) or not language().startswith(SOURCE):
        return ""
    words = _bare(question)
    first, space, rest = words.partition(" ")
    # Only ordinary capitals are lowered: not "EU" and not "A4".
    lowered = first.lower() if first.istitle() else first
    return f"How might we {lowered}{space}{rest}?"


def _bare(question: str) -> str:
    return question.strip().rstrip("?.! ؟？")


async def _untouched(
    db: AsyncSession, person_id: int, kind: CampaignKind, organisation_id: int
) -> Campaign | None:
    return await db.scalar(
        select(Campaign)
        .where(
            Campaign.created_by == person_id,
            Campaign.kind == kind,
            Campaign.organisation_id == organisation_id,
            Campaign.published_at.is_(None),
            Campaign.title == "",
            Campaign.question == "",
            Campaign.description == "",
        )
        .order_by(Campaign.id.desc())
        .limit(1)
    )


async def _usual_zone(db: AsyncSession, organisation_id: int) -> str:
    latest = (
        select(Campaign.timezone)
        .where(Campaign.organisation_id == organisation_id)
        .order_by(Campaign.id.desc())
        .limit(1)
    )
    return await db.scalar(latest) or "UTC"
