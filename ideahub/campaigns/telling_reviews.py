"""What people are told of the review of a draft: the admins that it waits, and whoever asked what
was answered, with the reasons."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.publication_models import CampaignReview, PlannedPublication
from ideahub.campaigns.review_state import admins_of
from ideahub.core.events import Event, Kind
from ideahub.core.i18n import _
from ideahub.core.telling import Addressee, Message, MessageKind, Tell, Words
from ideahub.organisations.models import Person


async def tell_admins(db: AsyncSession, event: Event) -> Sequence[Message]:
    """That a draft waits for their review."""
    found = await _found(db, event)
    if not found or found[1].decided_at:
        return []
    campaign, review = found
    asker = await db.get_one(Person, review.asked_by)

    def write(_to: Addressee) -> Words:
        title = campaign.title or campaign.heading
        text = _(
            "%(name)s asks whether it can be published. Approve it, or say what should be changed.",
            name=asker.name,
        )
        return Words(_("To review: “%(title)s”", title=title), text)

    admins = await admins_of(db, campaign.organisation_id)
    return [Message(about=MessageKind.DUTY, to=_people(admins), write=write, path=_page(campaign))]


async def tell_approved(db: AsyncSession, event: Event) -> Sequence[Message]:
    """That it was approved, and when it is published."""
    found = await _found(db, event)
    if not found:
        return []
    campaign, review = found
    is_planned = await db.scalar(
        select(PlannedPublication.id).where(
            PlannedPublication.campaign_id == campaign.id, PlannedPublication.ended_at.is_(None)
        )
    )

    def write(_to: Addressee) -> Words:
        text = _("It is published now.")
        if is_planned:
            text = _("It is published at the planned time.")
        title = campaign.title or campaign.heading
        return Words(_("Approved: “%(title)s”", title=title), text)

    return [
        Message(
            about=MessageKind.OWN, to=_askers(campaign, review), write=write, path=_page(campaign)
        )
    ]


async def tell_edits_asked(db: AsyncSession, event: Event) -> Sequence[Message]:
    """What should be changed before it can be published, and why."""
    found = await _found(db, event)
    if not found:
        return []
    campaign, review = found

    def write(_to: Addressee) -> Words:
        title = campaign.title or campaign.heading
        text = _("Change it, and send it to review again. What should be changed, and why:")
        subject = _("Edits are asked for: “%(title)s”", title=title)
        return Words(subject, f"{text}\n\n{review.reason}")

    return [
        Message(
            about=MessageKind.OWN, to=_askers(campaign, review), write=write, path=_page(campaign)
        )
    ]


async def _found(db: AsyncSession, event: Event) -> tuple[Campaign, CampaignReview] | None:
    campaign = await db.get(Campaign, event.campaign_id)
    review = await db.get(CampaignReview, event.subject_id)
    return (campaign, review) if campaign and review and not campaign.discarded_at else None


def _askers(campaign: Campaign, review: CampaignReview) -> Select[int]:
    """Whoever asked for the review, and who wrote the draft."""
    return _people({review.asked_by, campaign.created_by} - {None})


def _people(numbers: Iterable[int | None]) -> Select[int]:
    return select(Person.id).where(Person.id.in_(numbers))


def _page(campaign: Campaign) -> str:
    return f"/management/{campaign.id}/review"


TELLS: dict[Kind, Tell] = {
    Kind.PUBLICATION_REVIEW_ASKED: tell_admins,
    Kind.PUBLICATION_APPROVED: tell_approved,
    Kind.PUBLICATION_EDITS_ASKED: tell_edits_asked,
}
