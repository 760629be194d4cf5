"""Stores a conversation: one challenge, its people, its ideas and their votes."""

from collections.abc import Sequence
from datetime import datetime
from html import escape
from typing import Any

from sqlalchemy import String, any_, exists, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Accepts, Audience, Campaign, CampaignKind, Phase
from ideahub.campaigns.phases import NOW
from ideahub.core import lengths
from ideahub.core.db import constant
from ideahub.core.events import Kind, Ref, record
from ideahub.core.text.cleaning import clean_line, shortened
from ideahub.core.text.rendering import excerpt, render_markdown
from ideahub.ideas.models import Idea, Revision
from ideahub.ideas.submitting import first_revision, first_rising
from ideahub.importing.html_text import html_to_markdown
from ideahub.importing.polis_counting import count_exactly, hold_ideas, put_votes
from ideahub.importing.polis_files import PolisConversation, Statement
from ideahub.importing.report import Report
from ideahub.importing.storing import Progress, SourceRow, put_new, put_organisation
from ideahub.organisations.models import Person

SOURCE = "polis"
ORGANISATION = "Imported from Polis"
UNKNOWN = "unknown"
CHUNK = 500


async def store_conversation(
    db: AsyncSession, conversation: PolisConversation, report: Report, progress: Progress
) -> None:
    """Stores what is new of a conversation, and the counts; the report says what was new."""
    campaign_id, new = await _put_campaign(db, conversation)
    report.campaigns.count(new=new)
    people = await _put_people(db, conversation, report, progress)
    ideas = await _put_ideas(db, conversation, campaign_id, people, report, progress)
    await hold_ideas(db, campaign_id)
    await put_votes(db, conversation, people, ideas, report, progress)
    if report.ideas.created or report.votes.created:
        await count_exactly(db, campaign_id)
        await record(
            db,
            Kind.IMPORTED,
            None,
            on=Ref(Campaign, campaign_id),
            source=SOURCE,
            ideas=report.ideas.created,
            votes=report.votes.created,
        )


async def _put_campaign(db: AsyncSession, conversation: PolisConversation) -> tuple[int, bool]:
    ref = f"{SOURCE}:{conversation.key}"
    organisation_id = await put_organisation(db, ORGANISATION, f"{SOURCE}:organisation")
    question = clean_line(conversation.description)
    long = len(question) > 300
    stored = await db.execute(
        insert(Campaign)
        .values(
            kind=CampaignKind.CHALLENGE,
            audience=Audience.PUBLIC,
            organisation_id=organisation_id,
            published_at=func.now(),
            title=shortened(conversation.topic, 200),
            question=shortened(question, 300),
            description=_as_markdown(conversation.description) if long else "",
            description_html=render_markdown(_as_markdown(conversation.description))
            if long
            else "",
            facts=_facts(conversation),
            external_url=conversation.url if _is_address(conversation.url) else "",
            source_ref=ref,
        )
        .on_conflict_do_nothing(index_elements=["source_ref"])
        .returning(Campaign.id)
    )
    campaign_id = stored.scalar_one_or_none()
    if campaign_id is None:
        found = await db.scalars(select(Campaign.id).where(Campaign.source_ref == ref))
        return found.one(), False
    await _add_phase(db, campaign_id, conversation)
    return campaign_id, True


def _is_address(url: str) -> bool:
    return url.startswith(("https://", "http://")) and len(url) <= 500


def _facts(conversation: PolisConversation) -> list[dict[str, str]]:
    votes = len(conversation.agreements) + len(conversation.disagreements) + conversation.passes
    return [
        {"label": "Where from", "text": "Gathered using the Polis software, then imported"},
        {"label": "Participants", "text": f"{len(conversation.participants):,}"},
        {"label": "Statements", "text": f"{len(conversation.statements):,}"},
        {"label": "Votes, for and against and undecided", "text": f"{votes:,}"},
    ]


async def _add_phase(db: AsyncSession, campaign_id: int, conversation: PolisConversation) -> None:
    now = (await db.execute(select(NOW))).scalar_one()
    times = [statement.at for statement in conversation.statements.values() if statement.at]
    times += [conversation.last_vote] if conversation.last_vote else []
    db.add(
        Phase(
            campaign_id=campaign_id,
            position=1,
            name="Conversation",
            opens_at=min(times, default=None),
            closes_at=max(times, default=None),
            accepts=[Accepts.IDEAS, Accepts.VOTES, Accepts.CONTRIBUTIONS],
            dates_known=bool(times),
            opening_announced_at=now,
            closing_announced_at=now,
        )
    )
    await db.flush()


async def _put_people(
    db: AsyncSession, conversation: PolisConversation, report: Report, progress: Progress
) -> dict[str, int]:
    """The numbers of the participants' rows, by their ids in the export; with "" for all authors
    who are not known."""
    names = {participant: f"Participant {participant}" for participant in conversation.participants}
    if any(not statement.author for statement in conversation.statements.values()):
        names[""] = "Unknown participant"
    refs = {
        f"{SOURCE}:{conversation.key}:participant:{participant or UNKNOWN}": participant
        for participant in names
    }
    rows = [
        SourceRow(ref, {"name": shortened(names[participant], 120), "source_ref": ref})
        for ref, participant in refs.items()
    ]
    for start in range(0, len(rows), CHUNK):
        progress("People", start, len(rows))
        chunk = rows[start : start + CHUNK]
        kept = await put_new(db, Person, chunk)
        report.people.add(kept.created, len(chunk))
    return {refs[ref]: number for ref, number in (await _numbers(db, Person, list(refs))).items()}


async def _put_ideas(
    db: AsyncSession,
    conversation: PolisConversation,
    campaign_id: int,
    people: dict[str, int],
    report: Report,
    progress: Progress,
) -> dict[str, int]:
    now = (await db.execute(select(NOW))).scalar_one()
    refs = {
        f"{SOURCE}:{conversation.key}:comment:{statement_id}": statement_id
        for statement_id in conversation.statements
    }
    here = set(await _numbers(db, Idea, list(refs)))
    report.ideas.unchanged += len(here)
    new = [
        (ref, conversation.statements[statement_id])
        for ref, statement_id in refs.items()
        if ref not in here
    ]
    for start in range(0, len(new), CHUNK):
        progress("Ideas", start, len(new))
        rows = [
            SourceRow(
                statement.where, _idea(statement, ref, campaign_id, people[statement.author], now)
            )
            for ref, statement in new[start : start + CHUNK]
        ]
        kept = await put_new(db, Idea, rows)
        report.ideas.created += kept.created
        for where, why in kept.refused:
            report.refuse(where, why)
    await _add_first_revisions(db, campaign_id)
    return {refs[ref]: number for ref, number in (await _numbers(db, Idea, list(refs))).items()}


async def _add_first_revisions(db: AsyncSession, campaign_id: int) -> None:
    bare = (
        select(Idea.id, Idea.title, Idea.body, Idea.why, Idea.author_id, Idea.created_at)
        .where(Idea.campaign_id == campaign_id, ~exists().where(Revision.idea_id == Idea.id))
        .order_by(Idea.id)
        .limit(constant(CHUNK))
    )
    while ideas := (await db.execute(bare)).all():
        db.add_all([first_revision(idea) for idea in ideas])
        await db.flush()


async def _numbers(
    db: AsyncSession, table: type[Person] | type[Idea], refs: Sequence[str]
) -> dict[str, int]:
    # As one array: a large conversation has more people than a statement may have parameters.
    among = table.source_ref == any_(literal(refs, ARRAY(String)))
    found = await db.execute(select(table.source_ref, table.id).where(among))
    return {str(ref): number for ref, number in found}


def _idea(
    statement: Statement, ref: str, campaign_id: int, author_id: int, now: datetime
) -> dict[str, Any]:
    body, at = _as_markdown(statement.body), statement.at or now
    return {
        "campaign_id": campaign_id,
        "author_id": author_id,
        "title": shortened(clean_line(statement.body), lengths.TITLE),
        "body": body,
        "body_html": render_markdown(body),
        "excerpt": excerpt(body, 200),
        "created_at": at,
        "stage_since": at,
        "rising": first_rising(at),
        "hidden_at": now if statement.hidden else None,
        "hidden_reason": statement.hidden,
        "source_ref": ref,
    }


def _as_markdown(plain: str) -> str:
    # Statements are plain text, so a # or * in them has to be escaped.
    return html_to_markdown(escape(plain).replace("\n", "<br>"))
