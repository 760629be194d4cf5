"""Tells everyone who has to do with an idea what became of it, and thanks them for what they
did."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.conversation.models import Contribution
from ideahub.core.db import constant
from ideahub.core.events import Event, Kind
from ideahub.core.i18n import N_, _
from ideahub.core.telling import Addressee, Message, MessageKind, Tell, Words
from ideahub.core.text.rendering import markdown_excerpt
from ideahub.following.involved import Involved, deeds_for, people_who, thanks_to
from ideahub.ideas.models import Idea, Stage
from ideahub.pipeline.models import Experiment, Lesson, Review
from ideahub.responses.models import Response, ResponseVersion, Verdict
from ideahub.sponsorship.models import Pledge

LONGEST = 2_000
# What was decided about what is one's own.
OWN = frozenset({Involved.AUTHOR, Involved.ENTRANT})


class WhatBecame(NamedTuple):
    """What became of an idea: the sentence, in which %(idea)s is its title; where it stands on the
    idea's page, or the whole address; and what is added, as a sentence with %(words)s and the
    words."""

    sentence: str
    anchor: str = ""
    path: str = ""
    added: str = ""
    words: str = ""


# What became of the idea by the event; None where it is told by another, or is gone.
Find = Callable[[AsyncSession, Event], Awaitable[WhatBecame | None]]


def _tell(find: Find) -> Tell:
    async def tell(db: AsyncSession, event: Event) -> Sequence[Message]:
        idea = await db.get(Idea, event.idea_id)
        outcome = await find(db, event) if idea else None
        if idea is None or outcome is None:
            return []
        deeds = await deeds_for(db, idea.id)
        path = outcome.path or f"/ideas/{idea.id}{outcome.anchor}"

        def write_for(what: Involved) -> Callable[[Addressee], Words]:
            def write(to: Addressee) -> Words:
                added = _(outcome.added, words=outcome.words) if outcome.added else ""
                parts = (added, thanks_to(what, deeds, to))
                subject = _(outcome.sentence, idea=idea.title)
                return Words(subject, "\n\n".join(part for part in parts if part))

            return write

        return [
            Message(
                about=MessageKind.OWN if what in OWN else MessageKind.OUTCOME,
                to=people_who(what, event),
                write=write_for(what),
                path=path,
            )
            for what in Involved
        ]

    return tell


ANSWERED = {
    Verdict.YES: N_("“%(idea)s” was answered: yes"),
    Verdict.YES_AND: N_("“%(idea)s” was answered: yes, on conditions"),
    Verdict.NOT_NOW: N_("“%(idea)s” was answered: not now"),
    Verdict.NO: N_("“%(idea)s” was answered: no"),
}


async def _answered(db: AsyncSession, event: Event) -> WhatBecame | None:
    given = await db.get(Response, event.subject_id)
    if given is None:
        return None
    first = select(ResponseVersion).where(
        ResponseVersion.response_id == given.id, ResponseVersion.version == constant(1)
    )
    version = await db.scalar(first) or given
    body = await markdown_excerpt(version.body, LONGEST)
    verdict = Verdict(version.verdict)
    return WhatBecame(
        ANSWERED[verdict],
        f"#idea-{given.idea_id}-response",
        added=N_("The answer: %(words)s"),
        words=body,
    )


async def _adopted(db: AsyncSession, event: Event) -> WhatBecame | None:
    build = await db.get(Contribution, event.subject_id)
    if build is None or not build.is_listed or not build.adopted_at:
        return None
    sentence = N_("A build was taken into the text of “%(idea)s”")
    # The idea's page has the latest contributions only.
    return WhatBecame(sentence, path=f"/contributions/{build.id}")


def _pledge(sentence: str) -> Find:
    async def find(_db: AsyncSession, event: Event) -> WhatBecame:
        return WhatBecame(sentence, f"#pledge-{event.subject_id}")

    return find


async def _lapsed(db: AsyncSession, event: Event) -> WhatBecame | None:
    pledge = await db.get(Pledge, event.subject_id)
    # An offer that nobody had accepted runs out: nobody relied on it.
    if pledge is None or pledge.accepted_at is None:
        return None
    return WhatBecame(N_("A pledge for “%(idea)s” was not kept in time"), f"#pledge-{pledge.id}")


REACHED = {
    Stage.PROTOTYPE: N_("“%(idea)s” has become a prototype"),
    Stage.PILOT: N_("“%(idea)s” has become a pilot"),
    Stage.ADOPTED: N_("“%(idea)s” has become everyday practice"),
}


async def _advanced(_db: AsyncSession, event: Event) -> WhatBecame | None:
    reached = event.data.get("to_stage")
    # Of the stages before these, what brings an idea there is told: support, and pledges.
    if reached not in set(REACHED):
        return None
    return WhatBecame(REACHED[Stage(reached)], f"#review-{event.subject_id}")


async def _stopped(db: AsyncSession, event: Event) -> WhatBecame:
    latest = select(Lesson.body).where(Lesson.idea_id == event.idea_id).order_by(Lesson.id.desc())
    lesson = await db.scalar(latest.limit(1)) or ""
    return WhatBecame(
        N_("“%(idea)s” was stopped"),
        f"#idea-{event.idea_id}-lessons",
        added=N_("What was learned: %(words)s") if lesson else "",
        words=await markdown_excerpt(lesson, LONGEST),
    )


async def _parked(db: AsyncSession, event: Event) -> WhatBecame | None:
    # An answer that parked it is told as an answer.
    by_answer = select(exists().where(Response.review_id == event.subject_id))
    if await db.scalar(by_answer):
        return None
    review = await db.get(Review, event.subject_id)
    condition = review.wakes_when if review else ""
    return WhatBecame(
        N_("“%(idea)s” was parked"),
        f"#review-{event.subject_id}",
        added=N_("It wakes when: %(words)s") if condition else "",
        words=condition,
    )


async def _woken(_db: AsyncSession, event: Event) -> WhatBecame:
    return WhatBecame(N_("“%(idea)s” was woken up"), f"#review-{event.subject_id}")


async def _planned(db: AsyncSession, event: Event) -> WhatBecame | None:
    experiment = await db.get(Experiment, event.subject_id)
    if experiment is None:
        return None
    sentence = N_("A prototype of “%(idea)s” is planned")
    if experiment.stage == Stage.PILOT:
        sentence = N_("A pilot of “%(idea)s” is planned")
    return WhatBecame(sentence, path=f"/experiments/{experiment.id}")


async def _concluded(db: AsyncSession, event: Event) -> WhatBecame | None:
    experiment = await db.get(Experiment, event.subject_id)
    if experiment is None:
        return None
    return WhatBecame(
        N_("“%(idea)s” was tried out"),
        path=f"/experiments/{experiment.id}",
        added=N_("The result: %(words)s") if experiment.result else "",
        words=experiment.result,
    )


FINDS: Mapping[Kind, Find] = {
    Kind.RESPONSE_GIVEN: _answered,
    Kind.CONTRIBUTION_ADOPTED: _adopted,
    Kind.PLEDGE_ACCEPTED: _pledge(N_("“%(idea)s” has a sponsor")),
    Kind.PLEDGE_KEPT: _pledge(N_("A pledge for “%(idea)s” was kept")),
    Kind.PLEDGE_PART_KEPT: _pledge(N_("A pledge for “%(idea)s” was kept in part")),
    Kind.PLEDGE_LAPSED: _lapsed,
    Kind.STAGE_ADVANCED: _advanced,
    Kind.IDEA_STOPPED: _stopped,
    Kind.IDEA_PARKED: _parked,
    Kind.IDEA_WOKEN: _woken,
    Kind.EXPERIMENT_PLANNED: _planned,
    Kind.EXPERIMENT_CONCLUDED: _concluded,
}
TELLS: dict[Kind, Tell] = {kind: _tell(find) for kind, find in FINDS.items()}
