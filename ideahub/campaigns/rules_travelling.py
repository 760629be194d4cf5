"""What travels of a campaign's rules: their text, as something that is still to be published."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.templates.outlines import CampaignTemplate
from ideahub.campaigns.travelling import Shift
from ideahub.campaigns.writing_rules import WrittenRules, put_draft, rules_state
from ideahub.core.i18n import _
from ideahub.core.setting_up import Travel
from ideahub.core.text.rendering import markdown_html


async def _fill(db: AsyncSession, campaign: Campaign, template: CampaignTemplate) -> None:
    text = "\n".join(f"- {sentence}" for sentence in map(_, template.rules))
    await _put(db, campaign, text)


async def _copy(db: AsyncSession, source: Campaign, target: Campaign, _shift: Shift) -> None:
    if text := (await rules_state(db, source.id)).text:
        await _put(db, target, text)


async def _put(db: AsyncSession, campaign: Campaign, text: str) -> None:
    written = WrittenRules(text, await markdown_html(text))
    await put_draft(db, campaign.id, written, campaign.created_by)


async def _contents(db: AsyncSession, campaign: Campaign) -> Sequence[str]:
    return [(await rules_state(db, campaign.id)).text]


RULES_TRAVEL = Travel(fill_from_template=_fill, copy_from=_copy, contents=_contents)
