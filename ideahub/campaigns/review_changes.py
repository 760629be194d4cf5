"""What was changed in a draft since an admin looked at it last."""

import asyncio
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.change_words import ChangeWords, in_words
from ideahub.campaigns.changes import Change
from ideahub.campaigns.changing import PHASE, kept_phase
from ideahub.campaigns.models import Campaign
from ideahub.campaigns.phases import phases_now
from ideahub.campaigns.publication_models import CampaignReview
from ideahub.campaigns.review_state import LOOKED_AT, further_contents
from ideahub.campaigns.rules_travelling import RULES_TRAVEL
from ideahub.campaigns.writing_rules import rules_state
from ideahub.core.fingerprints import fingerprint
from ideahub.core.text.diff import Piece, word_diff


class ReviewChange(NamedTuple):
    """A change since the last look; `pieces` compare a longer text word by word."""

    words: ChangeWords
    pieces: list[Piece]


class SinceReview(NamedTuple):
    """What was changed since the look at this time; `others` says whether something was that is
    only known to have changed, such as an entry form."""

    at: datetime
    changes: list[ReviewChange]
    others: bool


async def looked_at(db: AsyncSession, campaign: Campaign) -> dict[str, Any]:
    """What a draft says now, to be kept with an admin's answer."""
    rules = (await rules_state(db, campaign.id)).text
    phases = {str(one.id): kept_phase(one) for one in await phases_now(db, campaign.id)}
    return {
        "fields": {name: getattr(campaign, name) for name in LOOKED_AT},
        "phases": phases,
        "rules": rules,
        "others": fingerprint(await further_contents(db, campaign, without=RULES_TRAVEL)),
    }


async def changed_since_review(db: AsyncSession, campaign: Campaign) -> SinceReview | None:
    """What was changed since the last answer; None where there was none."""
    answered = CampaignReview.campaign_id == campaign.id, CampaignReview.decided_at.is_not(None)
    latest = select(CampaignReview).where(*answered).order_by(CampaignReview.id.desc()).limit(1)
    review = (await db.scalars(latest)).one_or_none()
    if review is None or review.decided_at is None or not review.looked_at:
        return None
    before, now = review.looked_at, await looked_at(db, campaign)
    found = [
        Change(number, review.decided_at, field, old, new)
        for number, (field, old, new) in enumerate(_pairs(before, now), 1)
        if old != new
    ]
    changes = [ReviewChange(in_words(one), await _pieces(one)) for one in found]
    return SinceReview(review.decided_at, changes, before["others"] != now["others"])


def _pairs(before: dict[str, Any], now: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    fields = [(name, before["fields"].get(name), now["fields"][name]) for name in now["fields"]]
    numbers = dict.fromkeys((*before["phases"], *now["phases"]))
    phases = [(PHASE, before["phases"].get(one), now["phases"].get(one)) for one in numbers]
    return [*fields, *phases, ("rules_text", before["rules"], now["rules"])]


async def _pieces(change: Change) -> list[Piece]:
    if not (isinstance(change.old, str) and isinstance(change.new, str)):
        return []
    # Comparing long texts takes a while, and would block the event loop.
    return await asyncio.to_thread(word_diff, change.old, change.new)
