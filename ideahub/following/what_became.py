"""What became of an idea by a deed, in one sentence."""

from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.conversation.models import Contribution
from ideahub.core.events import Event, Kind
from ideahub.core.i18n import N_
from ideahub.core.text.rendering import markdown_excerpt
from ideahub.ideas.models import Stage
from ideahub.pipeline.models import Experiment, Lesson, Review
from ideahub.responses.models import ResponseVersion, Verdict
from ideahub.sponsorship.models import Pledge

LONGEST = 2_000


class WhatBecame(NamedTuple):
    """What became of an idea: the sentence, in which %(idea)s is its title; where it stands on the
    idea's page, or the whole address; what is added, as a sentence with %(words)s and the words;
    and whether the authors are told of it by another deed."""

    sentence: str
    anchor: str = ""
    path: str = ""
    added: str = ""
    words: str = ""
    authors_know: bool = False


# What became of the idea by the event; None where it is told by another, or is gone.
Find = Callable[[AsyncSession, Event], Awaitable[WhatBecame | None]]


ANSWERED = {
    Verdict.YES: N_("“%(idea)s” was answered: yes"),
    Verdict.YES_AND: N_("“%(idea)s” was answered: yes, on conditions"),
    Verdict.NOT_NOW: N_("“%(idea)s” was answered: not now"),
    Verdict.NO: N_("“%(idea)s” was answered: no"),
}


CHANGED = {
    Verdict.YES: N_("The answer to “%(idea)s” was changed: yes"),
    Verdict.YES_AND: N_("The answer to “%(idea)s” was changed: yes, on conditions"),
    Verdict.NOT_NOW: N_("The answer to “%(idea)s” was changed: not now"),
    Verdict.NO: N_("The answer to “%(idea)s” was changed: no"),
}


async def _answered(db: AsyncSession, event: Event) -> WhatBecame | None:
    version = await _version(db, event, 1)
    return await _answer(event, version, ANSWERED) if version else None


async def _changed(db: AsyncSession, event: Event) -> WhatBecame | None:
    number = int(event.data.get("version", 1))
    version = await _version(db, event, number)
    before = await _version(db, event, number - 1)
    # Other words for the same answer are told to the authors only.
    if version is None or before is None or version.verdict == before.verdict:
        return None
    return await _answer(event, version, CHANGED)


async def _version(db: AsyncSession, event: Event, number: int) -> ResponseVersion | None:
    return await db.scalar(
        select(ResponseVersion).where(
            ResponseVersion.response_id == event.subject_id, ResponseVersion.version == number
        )
    )


async def _answer(
    event: Event, version: ResponseVersion, sentences: Mapping[Verdict, str]
) -> WhatBecame:
    return WhatBecame(
        sentences[Verdict(version.verdict)],
        f"#idea-{event.idea_id}-response",
        added=N_("The answer: %(words)s"),
        words=await markdown_excerpt(version.body, LONGEST),
    )


async def _adopted(db: AsyncSession, event: Event) -> WhatBecame | None:
    build = await db.get(Contribution, event.subject_id)
    if build is None or not build.is_listed or not build.adopted_at:
        return None
    sentence = N_("A build was taken into the text of “%(idea)s”")
    # The idea's page has the latest contributions only.
    return WhatBecame(sentence, path=f"/contributions/{build.id}")


def _pledge(sentence: str) -> Find:
    async def find(db: AsyncSession, event: Event) -> WhatBecame | None:
        pledge = await db.get(Pledge, event.subject_id)
        return _of_pledge(pledge, sentence) if pledge else None

    return find


def _of_pledge(pledge: Pledge, sentence: str) -> WhatBecame:
    promise = N_("The pledge: %(words)s")
    return WhatBecame(sentence, f"#pledge-{pledge.id}", added=promise, words=pledge.promise)


async def _lapsed(db: AsyncSession, event: Event) -> WhatBecame | None:
    pledge = await db.get(Pledge, event.subject_id)
    # An offer that nobody had accepted runs out: nobody relied on it.
    if pledge is None or pledge.accepted_at is None:
        return None
    return _of_pledge(pledge, N_("A pledge for “%(idea)s” was not kept in time"))


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
    if "response" in event.data:
        return None
    review = await db.get(Review, event.subject_id)
    condition = review.wakes_when if review else ""
    return WhatBecame(
        N_("“%(idea)s” was parked"),
        f"#review-{event.subject_id}",
        added=N_("It wakes when: %(words)s") if condition else "",
        words=condition,
    )


async def _woken(db: AsyncSession, event: Event) -> WhatBecame | None:
    if await _with_it(db, event, Kind.RESPONSE_CHANGED):
        return None
    # That an answer is owed again is told to the authors, with its day.
    owed = await _with_it(db, event, Kind.RESPONSE_OWED)
    sentence = N_("“%(idea)s” was woken up")
    return WhatBecame(sentence, f"#review-{event.subject_id}", authors_know=owed)


async def _with_it(db: AsyncSession, event: Event, kind: Kind) -> bool:
    """Whether this was done to the idea by the same press: in the same transaction."""
    same = Event.idea_id == event.idea_id, Event.xact_id == event.xact_id
    return bool(await db.scalar(select(exists().where(*same, Event.kind == kind))))


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
    Kind.RESPONSE_CHANGED: _changed,
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
