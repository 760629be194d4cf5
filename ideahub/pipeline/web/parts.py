"""The parts of the pipeline on the pages and cards of ideas, and on pages of people."""

from collections.abc import Sequence
from typing import Any

from ideahub.core.drafts import find_draft
from ideahub.http.slots import Part, PartContext
from ideahub.ideas.queries import IdeaView, is_author
from ideahub.organisations.profiles import Profile
from ideahub.pipeline.advancing import is_reviewer
from ideahub.pipeline.asking import first_gate_asks_why
from ideahub.pipeline.by_person import decided_by
from ideahub.pipeline.experiments import experiments_of
from ideahub.pipeline.learning import lessons_of
from ideahub.pipeline.queries import gate_summaries, progress_of


async def progress_on_idea(context: PartContext, idea: IdeaView) -> dict[str, Any]:
    """An idea's progress, experiments and lessons, and for reviewers the way to decide; `begun` is
    whether the viewer has begun to write a decision."""
    db, viewer = context.db, context.viewer
    progress = await progress_of(db, idea)
    author = await is_author(db, viewer, idea)
    reviewer = is_reviewer(viewer, idea.organisation_id)
    reviews, experiments = reviewer and not author, reviewer or author
    if not idea.is_listed:
        reviews = experiments = False
    draft = await find_draft(db, viewer, f"review-{idea.id}") if reviews else None
    return {
        "progress": progress,
        "experiments": await experiments_of(db, idea),
        "lessons": await lessons_of(db, idea),
        "reviews": reviews,
        "begun": bool(draft),
        "own_idea": reviewer and author,
        "can": {*(["review"] if reviews else []), *(["experiment"] if experiments else [])},
    }


async def first_gate_on_form(context: PartContext, campaign_ids: Sequence[int]) -> dict[str, Any]:
    """Whether the first gate asks for why an idea matters."""
    return {"asks_why": await first_gate_asks_why(context.db, campaign_ids)}


async def gates_on_cards(context: PartContext, idea_ids: Sequence[int]) -> dict[int, Any]:
    """The next gate of each idea of a list."""
    return dict(await gate_summaries(context.db, idea_ids))


async def given_on_profile(context: PartContext, profile: Profile) -> dict[str, Any]:
    """What a person decided at gates, as far as the viewer may see it."""
    given = await decided_by(context.db, context.viewer, profile.id)
    return {"given": given, "gave": given.gave, "lists": bool(given.newest)}


PARTS = (
    Part(
        page="profile",
        key="pipeline",
        find=given_on_profile,
        templates={"body": "pipeline/_given.html"},
        queries=1,
    ),
    Part(
        page="idea",
        key="pipeline",
        find=progress_on_idea,
        templates={
            "track": "pipeline/_track_on_idea.html",
            "status": "pipeline/_gate_on_idea.html",
            "at hand": "pipeline/_decide_at_hand.html",
            "foot": "pipeline/_history_on_idea.html",
        },
        queries=8,
    ),
    Part(
        page="idea form",
        key="pipeline",
        find=first_gate_on_form,
        templates={"why": "pipeline/_why_asked.html"},
        queries=1,
    ),
    Part(
        page="idea card",
        key="pipeline",
        find=gates_on_cards,
        templates={"status": "pipeline/_on_card.html"},
        queries=1,
    ),
)
