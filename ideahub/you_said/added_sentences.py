"""The sentences that events add to summaries."""

from typing import Any

from ideahub.core.events import Kind
from ideahub.ideas.models import Stage
from ideahub.you_said.collecting.answers import SAYS_YES
from ideahub.you_said.collecting.entries import award_won
from ideahub.you_said.sentences import Section, Sentence, SentenceKind

KIND_OF_STAGE = {
    Stage.PROTOTYPE: SentenceKind.PROTOTYPED,
    Stage.PILOT: SentenceKind.PILOTED,
    Stage.ADOPTED: SentenceKind.ADOPTED,
}
KINDS = {
    Kind.RESPONSE_GIVEN: SentenceKind.ANSWERED_YES,
    Kind.RESPONSE_CHANGED: SentenceKind.ANSWER_CHANGED,
    Kind.RESPONSE_REMINDED: SentenceKind.ANSWER_MISSED,
    Kind.PLEDGE_ACCEPTED: SentenceKind.PLEDGE_ACCEPTED,
    Kind.PLEDGE_KEPT: SentenceKind.PLEDGE_KEPT,
    Kind.PLEDGE_PART_KEPT: SentenceKind.PLEDGE_PART_KEPT,
    Kind.PLEDGE_LAPSED: SentenceKind.PLEDGE_LAPSED,
    Kind.STAGE_ADVANCED: SentenceKind.ADOPTED,
    Kind.IDEA_STOPPED: SentenceKind.STOPPED,
    Kind.IDEA_PARKED: SentenceKind.PARKED,
    Kind.IDEA_WOKEN: SentenceKind.WOKEN,
    Kind.EXPERIMENT_PLANNED: SentenceKind.EXPERIMENT_PLANNED,
    Kind.EXPERIMENT_CONCLUDED: SentenceKind.TRIED,
    Kind.AWARD_CONFIRMED: SentenceKind.AWARDED,
}
# What of an event's rows the sentence leads to, by the kind of its subject.
ANCHORS = {"pledge": "#pledge-{}", "review": "#review-{}"}


def sentence_of(event: Any) -> Sentence | None:
    """What the event adds; None for one that changes nothing that is told. `event` has the columns
    of the statements of adding.py."""
    if event.kind == Kind.AWARD_CONFIRMED:
        return award_won(event.campaign_id, event.subject_id)
    if event.kind == Kind.RESPONSE_GIVEN:
        return _answer(event)
    if event.kind == Kind.RESPONSE_CHANGED:
        return _changed(event)
    if event.kind == Kind.RESPONSE_REMINDED:
        return _missed(event)
    kind: SentenceKind | None = KINDS[event.kind]
    if event.kind == Kind.STAGE_ADVANCED:
        kind = KIND_OF_STAGE.get(event.to_stage)
    if kind is None:
        return None
    anchor = ANCHORS.get(event.subject_type or "", "").format(event.subject_id)
    at = f"/ideas/{event.idea_id}{anchor}"
    if event.subject_type == "experiment":
        at = f"/experiments/{event.subject_id}"
    parked = event.subject_id if event.kind == Kind.IDEA_PARKED else None
    return Sentence(section=Section.DONE, kind=kind, path=at, idea=event.idea_id, review=parked)


def _answer(event: Any) -> Sentence:
    says_yes = event.verdict in SAYS_YES
    return Sentence(
        section=Section.DONE if says_yes else Section.NOT_DONE,
        kind=SentenceKind.ANSWERED_YES if says_yes else SentenceKind.ANSWERED_NO,
        path=f"/ideas/{event.idea_id}#idea-{event.idea_id}-response",
        idea=event.idea_id,
        response=event.subject_id,
        words=[word for word in (event.verdict, event.reason) if word],
    )


def _changed(event: Any) -> Sentence | None:
    """That an answer turned; other words for the same answer change nothing that is told."""
    if event.verdict == event.verdict_before:
        return None
    return Sentence(
        section=Section.DONE if event.verdict in SAYS_YES else Section.NOT_DONE,
        kind=SentenceKind.ANSWER_CHANGED,
        path=f"/ideas/{event.idea_id}#idea-{event.idea_id}-response",
        idea=event.idea_id,
        words=[event.verdict],
    )


def _missed(event: Any) -> Sentence | None:
    """That an answer was not given in time."""
    if event.missed_on is None:
        return None
    return Sentence(
        section=Section.OPEN,
        kind=SentenceKind.ANSWER_MISSED,
        path=f"/ideas/{event.idea_id}#idea-{event.idea_id}-response",
        idea=event.idea_id,
        times={"on": event.missed_on.isoformat()},
    )
