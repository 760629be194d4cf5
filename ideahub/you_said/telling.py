"""Tells once that a summary can be read: those who follow its campaign, and who took part."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.conversation.models import Contribution
from ideahub.core.events import Event, Kind
from ideahub.core.i18n import _
from ideahub.core.telling import Addressee, Message, MessageKind, Tell, Words
from ideahub.entries.models import Entry, EntryMember
from ideahub.following.models import CampaignFollow, OrganisationFollow
from ideahub.ideas.models import Idea, Vote
from ideahub.organisations.models import Organisation, Person
from ideahub.you_said.models import OutcomeSummary
from ideahub.you_said.places import page_of_summary
from ideahub.you_said.scope import scope_of
from ideahub.you_said.wording.headings import quarter_words


async def tell_published(db: AsyncSession, event: Event) -> Sequence[Message]:
    """That the summary can be read; nothing of a later version."""
    summary = await db.get(OutcomeSummary, event.subject_id)
    if summary is None or not event.data.get("first"):
        return []
    scope = await scope_of(db, summary)
    path = await page_of_summary(db, summary)
    name = await _name(db, summary)

    def write(_to: Addressee) -> Words:
        if scope.quarter:
            subject = _(
                "“You said, we did”: %(organisation)s, %(quarter)s",
                organisation=name,
                quarter=quarter_words(scope.quarter),
            )
        else:
            subject = _("“You said, we did”: %(challenge)s", challenge=name)
        text = _("You can now read what was said, what was taken up, and what not and why.")
        return Words(subject, text)

    to = _people(scope.campaigns, summary.organisation_id, event)
    return [Message(about=MessageKind.NEWS, to=to, write=write, path=path)]


async def _name(db: AsyncSession, summary: OutcomeSummary) -> str:
    if summary.campaign_id is None:
        return (await db.get_one(Organisation, summary.organisation_id)).name
    campaign = await db.get_one(Campaign, summary.campaign_id)
    return campaign.title or campaign.heading


def _people(campaigns: Sequence[int], organisation_id: int | None, event: Event) -> Select[int]:
    """Those who follow one of the campaigns or the organisation, posted or supported an idea there,
    contributed, or belong to an entry. Asked person by person, so that a portion of them costs no
    more than it has people."""
    return select(Person.id).where(
        or_(
            exists().where(
                CampaignFollow.person_id == Person.id,
                CampaignFollow.campaign_id.in_(campaigns),
                CampaignFollow.created_at <= event.created_at,
            ),
            exists().where(
                OrganisationFollow.person_id == Person.id,
                OrganisationFollow.organisation_id == organisation_id,
                OrganisationFollow.created_at <= event.created_at,
            ),
            exists().where(Idea.author_id == Person.id, _here(campaigns)),
            exists().where(Vote.person_id == Person.id, Idea.id == Vote.idea_id, _here(campaigns)),
            exists().where(
                Contribution.author_id == Person.id,
                Contribution.is_listed,
                Idea.id == Contribution.idea_id,
                _here(campaigns),
            ),
            exists().where(
                EntryMember.person_id == Person.id,
                EntryMember.left_at.is_(None),
                Entry.id == EntryMember.entry_id,
                Entry.submitted_id.is_not(None),
                Entry.withdrawn_at.is_(None),
                Entry.campaign_id.in_(campaigns),
            ),
        )
    )


def _here(campaigns: Sequence[int]) -> ColumnElement[bool]:
    return Idea.campaign_id.in_(campaigns)


TELLS: dict[Kind, Tell] = {Kind.SUMMARY_PUBLISHED: tell_published}
