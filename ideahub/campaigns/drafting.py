"""Rules for starting and writing a campaign."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.archiving import must_not_be_archived
from ideahub.campaigns.changing import ValueChange, note_changes
from ideahub.campaigns.checking import emptied_by
from ideahub.campaigns.collected_elsewhere import elsewhere_problems
from ideahub.campaigns.models import Accepts, Audience, Campaign, CampaignKind, Phase
from ideahub.campaigns.phases import phases_now
from ideahub.campaigns.topic_spellings import known_spellings
from ideahub.core.i18n import _, ngettext
from ideahub.core.languages import SOURCE, language
from ideahub.core.locking import locked
from ideahub.core.refusals import Invalid
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
    """Makes a draft and returns it, or returns an empty one that the viewer has made before, so
    that pressing the button twice makes only one.

    Raises SignInNeeded, and Invalid where the viewer does not manage the organisation.
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
        # The usual audience of each kind; it can be changed until the campaign is published.
        audience=Audience.INTERNAL if kind is CampaignKind.IDEA_BOX else Audience.PUBLIC,
        organisation_id=organisation_id,
        created_by=person_id,
        timezone=await usual_zone(db, organisation_id),
    )
    db.add(campaign)
    await db.flush()
    if kind is CampaignKind.IDEA_BOX:
        db.add(open_ended_phase(campaign))
        await db.flush()
    return campaign


def open_ended_phase(campaign: Campaign) -> Phase:
    """The only phase of an idea box: open from its publication, without an end. Not stored yet."""
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
    *,
    reason: str = "",
) -> list[str]:
    """Stores these values of a campaign whose row is locked; returns the names of those changed.

    The caller has rendered the description before the lock, as that may take a while. Of a
    published campaign the change is recorded, and listed for everyone with its `reason`; raises
    Invalid where it would change the audience, leave a required field empty, or let entries be
    collected at two places, Conflict for an archived one.
    """
    if values.get("topics"):
        values = {**values, "topics": await known_spellings(db, values["topics"])}
    changed = [name for name, value in values.items() if getattr(campaign, name) != value]
    if not changed:
        return []
    must_not_be_archived(campaign)
    if campaign.published_at:
        await _must_stay_sound(db, campaign, values, changed)
    noted = [ValueChange(name, getattr(campaign, name), values[name], reason) for name in changed]
    for name in changed:
        setattr(campaign, name, values[name])
    if "description" in changed:
        campaign.description_html = description_html
    if campaign.published_at:
        await note_changes(db, viewer, campaign, changed, noted)
    await db.flush()
    return changed


async def _must_stay_sound(
    db: AsyncSession, campaign: Campaign, values: Mapping[str, Any], changed: Sequence[str]
) -> None:
    if "audience" in changed:
        raise Invalid(
            _("Who may take part cannot change any more: people rely on it."), field="audience"
        )
    problems = emptied_by(values)
    if values.get("entries_elsewhere"):
        phases = await phases_now(db, campaign.id)
        problems |= elsewhere_problems(values.get("external_url", ""), phases)
    if problems:
        raise Invalid(errors=problems)


def tidy_topics(typed: str) -> list[str]:
    """The topics in a line with commas or semicolons, each once; raises Invalid for more than
    MOST_TOPICS, or one with more than LONGEST_TOPIC characters."""
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


def tidy_types(typed: str) -> list[str]:
    """What is asked for, in a line with commas or semicolons: each once, as many as topics."""
    try:
        return tidy_topics(typed)
    except Invalid:
        told = _(
            "At most %(most)s, with at most %(length)s characters each.",
            most=MOST_TOPICS,
            length=LONGEST_TOPIC,
        )
        raise Invalid(told) from None


def begins_gently(question: str) -> bool:
    """Whether a question begins with "How might we"; also true of an empty one."""
    # Translators: the first words of a question, in small letters
    openings = OPENING, _("how might we").casefold()
    return not bare_question(question) or bare_question(question).casefold().startswith(openings)


def gentle_question(question: str) -> str:
    """The question, changed to begin with "How might we"; empty where it does already.

    Only in English: in other languages the words after such an opening would have to change, too.
    """
    if begins_gently(question) or not language().startswith(SOURCE):
        return ""
    words = bare_question(question)
    first, space, rest = words.partition(" ")
    # Only a first letter becomes small: not "EU" and not "A4".
    lowered = first.lower() if first.istitle() else first
    return f"How might we {lowered}{space}{rest}?"


def bare_question(question: str) -> str:
    """The question without the signs at its end."""
    return question.strip().rstrip("?.!… ؟？")


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
            Campaign.discarded_at.is_(None),
            Campaign.title == "",
            Campaign.question == "",
            Campaign.description == "",
        )
        .order_by(Campaign.id.desc())
        .limit(1)
    )


async def usual_zone(db: AsyncSession, organisation_id: int) -> str:
    """The zone of the organisation's latest campaign, UTC where it has none."""
    latest = (
        select(Campaign.timezone)
        .where(Campaign.organisation_id == organisation_id)
        .order_by(Campaign.id.desc())
        .limit(1)
    )
    return await db.scalar(latest) or "UTC"
