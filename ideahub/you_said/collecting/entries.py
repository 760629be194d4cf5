"""What came of entries: who won what, and only how many were not chosen."""

from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import constant, rows_of
from ideahub.entries.models import Entry
from ideahub.judging.models import Panel
from ideahub.results.models import Award, PanelResult
from ideahub.you_said.collecting.listed import in_time
from ideahub.you_said.collecting.taking_part import COUNTED_ENTRIES
from ideahub.you_said.scope import CAMPAIGNS, Scope
from ideahub.you_said.sentences import Section, Sentence, SentenceKind, people_told

MOST = 12
# Of each challenge so many awards by name.
MOST_AWARDS = 8
_is_award = and_(Award.confirmed_at.is_not(None), Award.revoked_at.is_(None))
_of_challenge = (
    select(
        Award.id,
        Award.campaign_id,
        func.count().over(partition_by=Award.campaign_id).label("in_all"),
        func.row_number()
        .over(
            partition_by=Award.campaign_id,
            order_by=(Award.amount.desc().nulls_last(), Award.id),
        )
        .label("place"),
    )
    .where(Award.campaign_id == CAMPAIGNS, _is_award, in_time(Award.confirmed_at))
    .subquery("of_challenge")
)
AWARDS = (
    select(_of_challenge)
    .where(_of_challenge.c.place <= constant(MOST_AWARDS))
    .order_by(_of_challenge.c.campaign_id, _of_challenge.c.place)
    .limit(constant(MOST * MOST_AWARDS))
)
_final = (
    select(Panel.campaign_id)
    .join(PanelResult, PanelResult.panel_id == Panel.id)
    .where(
        Panel.campaign_id == CAMPAIGNS,
        PanelResult.replaced_at.is_(None),
        in_time(PanelResult.final_at),
    )
)
_awarded = select(Award.entry_id).where(Award.campaign_id == CAMPAIGNS, _is_award)
NOT_CHOSEN = (
    select(Entry.campaign_id, func.count().label("entries"))
    .where(COUNTED_ENTRIES, Entry.campaign_id.in_(_final), Entry.id.not_in(_awarded))
    .group_by(Entry.campaign_id)
    .order_by(func.count().desc(), Entry.campaign_id)
    .limit(constant(MOST))
)


async def entry_outcomes(db: AsyncSession, scope: Scope) -> list[Sentence]:
    """The awards of each challenge, and how many entries were not chosen."""
    awards = await rows_of(db, AWARDS, scope.bound)
    more = [row for row in awards if row.place == MOST_AWARDS < row.in_all]
    others = await rows_of(db, NOT_CHOSEN, scope.bound)
    return [
        *(award_won(row.campaign_id, row.id) for row in awards),
        *(
            _told(row, SentenceKind.MORE_AWARDED, Section.DONE, more=row.in_all - MOST_AWARDS)
            for row in more
        ),
        # Whose few entries were not chosen would be known.
        *(
            _told(row, SentenceKind.NOT_CHOSEN, Section.NOT_DONE, entries=people_told(row.entries))
            for row in others
        ),
    ]


def award_won(campaign_id: int, award_id: int) -> Sentence:
    """Who won what; the names are those on the page of results, where it leads to."""
    return Sentence(
        section=Section.DONE,
        kind=SentenceKind.AWARDED,
        path=_results(campaign_id),
        campaign=campaign_id,
        award=award_id,
    )


def _told(row: Any, kind: SentenceKind, section: Section, **numbers: int) -> Sentence:
    number = row.campaign_id
    at = _results(number)
    return Sentence(section=section, kind=kind, path=at, campaign=number, numbers=numbers)


def _results(campaign_id: int) -> str:
    return f"/challenges/{campaign_id}/results"
