"""Rules and look-ups for the texts with which an organisation's managers begin an answer."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import msgspec
from sqlalchemy import BigInteger, String, any_, bindparam, exists, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.db import constant, rows_of
from ideahub.core.events import Kind, record
from ideahub.core.locking import held, locked
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import Viewer
from ideahub.questions.models import AnswerTemplate, TemplateUse
from ideahub.questions.placeholders import must_name_nobody

MOST = 100
TEMPLATES = (
    select(
        AnswerTemplate.id,
        AnswerTemplate.name,
        AnswerTemplate.answer,
        AnswerTemplate.letter,
        AnswerTemplate.campaign_id,
        AnswerTemplate.verdict,
        AnswerTemplate.reason,
    )
    .where(
        AnswerTemplate.removed_at.is_(None),
        AnswerTemplate.used_for == bindparam("used_for", type_=String),
        exists().where(
            Campaign.id == any_(bindparam("campaigns", type_=ARRAY(BigInteger))),
            Campaign.organisation_id == AnswerTemplate.organisation_id,
            or_(AnswerTemplate.campaign_id.is_(None), AnswerTemplate.campaign_id == Campaign.id),
        ),
    )
    .order_by(AnswerTemplate.name, AnswerTemplate.id)
    .limit(constant(MOST))
)


class TemplateView(msgspec.Struct, frozen=True):
    """A template that managers choose from: of the organisation, or of one campaign only. `verdict`
    and `reason` are what an answer to an idea begins with, empty where that is open."""

    id: int
    name: str
    answer: str
    letter: str
    campaign_id: int | None
    verdict: str = ""
    reason: str = ""


async def templates_for(
    db: AsyncSession, campaign: Campaign, use: TemplateUse = TemplateUse.QUESTIONS
) -> list[TemplateView]:
    """The campaign's own templates and those of its organisation, by name."""
    return await templates_of_campaigns(db, [campaign.id], use)


async def templates_of_campaigns(
    db: AsyncSession, campaign_ids: Sequence[int], use: TemplateUse
) -> list[TemplateView]:
    """The templates of these campaigns and of their organisations, by name."""
    asked = {"campaigns": list(campaign_ids), "used_for": use}
    return [TemplateView(*row) for row in await rows_of(db, TEMPLATES, asked)]


@dataclass(frozen=True, slots=True)
class TemplateText:
    """What a template says: its name, the answer, the words for those who asked; and what an answer
    to an idea begins with beside the text, empty where that is open."""

    name: str
    answer: str
    letter: str = ""
    verdict: str = ""
    reason: str = ""


async def keep_template(
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    text: TemplateText,
    *,
    only_here: bool = False,
    use: TemplateUse = TemplateUse.QUESTIONS,
) -> None:
    """Keeps a template for the campaign's organisation, or `only_here` for the campaign; in the
    place of one with the same name, which is removed. Raises Invalid where it would name somebody
    who asked to everyone."""
    if use is TemplateUse.QUESTIONS:
        must_name_nobody(text.answer, field="answer")
    of_campaign = campaign.id if only_here else None
    same = select(AnswerTemplate).where(
        AnswerTemplate.organisation_id == campaign.organisation_id,
        AnswerTemplate.campaign_id.is_not_distinct_from(of_campaign),
        AnswerTemplate.used_for == use,
        AnswerTemplate.name == text.name,
        AnswerTemplate.removed_at.is_(None),
    )
    for old in (await db.scalars(held(same.order_by(AnswerTemplate.id)))).all():
        if all(getattr(old, name) == value for name, value in asdict(text).items()):
            return
        _remove(old, viewer)
    added = AnswerTemplate(
        organisation_id=campaign.organisation_id,
        campaign_id=of_campaign,
        used_for=use,
        made_by=viewer.person_id,
        **asdict(text),
    )
    db.add(added)
    await record(db, Kind.ANSWER_TEMPLATE_CHANGED, viewer, on=campaign, subject=added)


async def remove_template(
    db: AsyncSession, viewer: Viewer, campaign: Campaign, template_id: int
) -> None:
    """Removes a template from the choice; answers that began with it stay. Raises NotFound for one
    of another organisation or campaign."""
    template = await locked(db, AnswerTemplate, template_id)
    is_ours = template.organisation_id == campaign.organisation_id
    if not is_ours or template.campaign_id not in (None, campaign.id):
        raise NotFound
    if template.removed_at is None:
        _remove(template, viewer)
        await record(db, Kind.ANSWER_TEMPLATE_CHANGED, viewer, on=campaign, subject=template)


def _remove(template: AnswerTemplate, viewer: Viewer) -> None:
    template.removed_at, template.removed_by = func.now(), viewer.person_id
