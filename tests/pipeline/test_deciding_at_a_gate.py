"""A reviewer decides on an idea, with a reason that everyone can read."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Audience, Phase
from ideahub.core.db import Database
from ideahub.core.events import Event, Kind
from ideahub.core.refusals import Conflict, Forbidden, Invalid
from ideahub.ideas.models import CoAuthor, Idea, Stage
from ideahub.organisations.models import Person, RoleGrant
from ideahub.pipeline.advancing import decide
from ideahub.pipeline.decision_input import DecisionInput
from ideahub.pipeline.models import Decision, Lesson, Review
from tests.conftest import Browse
from tests.support.cast import Cast, add, make_cast, viewer_of
from tests.support.ripening import at_stage, found, posted, ripe_spark

ADVANCE = {"decision": "advance", "reason": "It has what it takes."}


def seen(stage: Stage = Stage.SPARK, review: int = 0) -> dict[str, str]:
    return {"seen_stage": stage.value, "seen_review": str(review)}


async def reviews(db: AsyncSession, idea: Idea) -> list[Review]:
    rows = await db.scalars(
        select(Review)
        .where(Review.idea_id == idea.id)
        .order_by(Review.id)
        .execution_options(populate_existing=True)
    )
    return list(rows)


async def stage_events(db: AsyncSession, idea: Idea) -> list[Event]:
    rows = await db.scalars(
        select(Event)
        .where(Event.idea_id == idea.id, Event.kind != Kind.IDEA_POSTED)
        .order_by(Event.id)
    )
    return list(rows)


async def where_is(db: AsyncSession, idea: Idea) -> tuple[str, str]:
    await db.refresh(idea)
    return idea.stage, idea.path_stage


@pytest.mark.parametrize("who", ["mia", "sam", "ann"])
async def test_managers_leaders_and_admins_advance(
    db: AsyncSession, cast: Cast, browse: Browse, who: str
) -> None:
    campaign, idea = await ripe_spark(db, cast)
    before = idea.stage_since
    browser = await browse(getattr(cast, who))
    answer = await browser.post(f"/ideas/{idea.id}/decision", seen() | ADVANCE)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/ideas/{idea.id}")
    assert await where_is(db, idea) == ("concept", "concept")
    assert idea.stage_since > before
    (review,) = await reviews(db, idea)
    assert (review.decision, review.from_stage, review.to_stage) == ("advance", "spark", "concept")
    assert review.override_reason == ""
    (event,) = await stage_events(db, idea)
    assert (event.kind, event.actor_id, event.subject_id, event.campaign_id) == (
        Kind.STAGE_ADVANCED,
        getattr(cast, who).id,
        review.id,
        campaign.id,
    )
    assert event.data == {"from_stage": "spark", "to_stage": "concept", "overridden": False}


async def test_the_review_keeps_the_evidence_of_its_moment(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _, idea = await ripe_spark(db, cast)
    browser = await browse(cast.mia)
    await browser.post(f"/ideas/{idea.id}/decision", seen() | ADVANCE)
    await db.execute(update(Idea).where(Idea.id == idea.id).values(votes_count=900))
    await db.commit()
    (review,) = await reviews(db, idea)
    assert review.evidence == [
        {"measure": "framed", "threshold": 1, "reached": 1, "met": True},
        {"measure": "supporters", "threshold": 5, "reached": 5, "met": True},
        {"measure": "contributions", "threshold": 1, "reached": 1, "met": True},
    ]
    shown = (await browser.get(f"/ideas/{idea.id}")).text
    assert "Support: 5 of 5 (met)" in shown


async def test_sending_the_same_again_changes_nothing(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _, idea = await ripe_spark(db, cast)
    browser = await browse(cast.mia)
    hold = {"decision": "hold", "reason": "Ask the schools first."}
    for _again in range(3):
        answer = await browser.post(f"/ideas/{idea.id}/decision", seen() | hold)
        assert answer.status_code == 303
    assert len(await reviews(db, idea)) == 1
    assert [one.kind for one in await stage_events(db, idea)] == [Kind.STAGE_HELD]
    assert await where_is(db, idea) == ("spark", "spark")


async def test_what_is_unmet_needs_a_reason_of_its_own(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _, idea = await posted(db, cast)
    browser = await browse(cast.mia)
    answer = await browser.post(f"/ideas/{idea.id}/decision", seen() | ADVANCE)
    assert answer.status_code == 422
    assert "it needs 5 more supporters and 1 more contribution" in answer.text
    assert "It has what it takes." in answer.text
    assert await reviews(db, idea) == []
    override = {"override_reason": "The mayor asked for it."}
    answer = await browser.post(f"/ideas/{idea.id}/decision", seen() | ADVANCE | override)
    assert answer.status_code == 303
    (review,) = await reviews(db, idea)
    assert review.override_reason == "The mayor asked for it."
    assert [one["met"] for one in review.evidence] == [True, False, False]
    assert (await stage_events(db, idea))[0].data["overridden"] is True


async def test_an_override_reason_is_not_kept_where_nothing_was_overridden(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _, idea = await ripe_spark(db, cast)
    browser = await browse(cast.mia)
    sent = seen() | ADVANCE | {"override_reason": "Just in case."}
    await browser.post(f"/ideas/{idea.id}/decision", sent)
    assert (await reviews(db, idea))[0].override_reason == ""


async def test_sent_back_one_stage_or_to_the_one_named(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _, idea = await posted(db, cast)
    await at_stage(db, idea, Stage.PROTOTYPE)
    browser = await browse(cast.sam)
    back = {"decision": "send_back", "reason": "The sponsor left."}
    await browser.post(f"/ideas/{idea.id}/decision", seen(Stage.PROTOTYPE) | back)
    assert await where_is(db, idea) == ("sponsored", "sponsored")
    last = (await reviews(db, idea))[-1]
    further = {"decision": "send_back", "reason": "Start anew.", "back_to": "spark"}
    await browser.post(f"/ideas/{idea.id}/decision", seen(Stage.SPONSORED, last.id) | further)
    assert await where_is(db, idea) == ("spark", "spark")
    kinds = [one.kind for one in await stage_events(db, idea)]
    assert kinds == [Kind.STAGE_SENT_BACK] * 2


@pytest.mark.parametrize("target", ["pilot", "prototype", "learned", "nowhere"])
async def test_nothing_is_sent_back_to_where_it_was_not(
    db: AsyncSession, cast: Cast, browse: Browse, target: str
) -> None:
    _, idea = await posted(db, cast)
    await at_stage(db, idea, Stage.PROTOTYPE)
    await db.commit()
    browser = await browse(cast.sam)
    back = {"decision": "send_back", "reason": "No.", "back_to": target}
    answer = await browser.post(f"/ideas/{idea.id}/decision", seen(Stage.PROTOTYPE) | back)
    assert answer.status_code == 422
    assert await where_is(db, idea) == ("prototype", "prototype")


async def test_stopping_asks_for_the_lesson_and_keeps_it(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _, idea = await posted(db, cast)
    await at_stage(db, idea, Stage.PILOT)
    await db.commit()
    browser = await browse(cast.sam)
    stop = {"decision": "stop", "reason": "The target is out of reach."}
    answer = await browser.post(f"/ideas/{idea.id}/decision", seen(Stage.PILOT) | stop)
    assert answer.status_code == 422
    assert "Write down what we learned" in answer.text
    lesson = {"lesson": "Two adults per group are *not* enough. <script>alert(1)</script>"}
    await browser.post(f"/ideas/{idea.id}/decision", seen(Stage.PILOT) | stop | lesson)
    assert await where_is(db, idea) == ("learned", "pilot")
    kept = await db.scalar(select(Lesson).where(Lesson.idea_id == idea.id))
    assert kept
    assert "<em>not</em>" in kept.body_html
    assert "<script" not in kept.body_html
    assert [one.kind for one in await stage_events(db, idea)] == [Kind.IDEA_STOPPED]


async def test_parked_until_something_and_woken_where_it_stood(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _, idea = await posted(db, cast)
    await at_stage(db, idea, Stage.SPONSORED)
    await db.commit()
    browser = await browse(cast.mia)
    park = {"decision": "park", "reason": "No money this year."}
    sent = seen(Stage.SPONSORED) | park
    assert (await browser.post(f"/ideas/{idea.id}/decision", sent)).status_code == 422
    sent |= {"wakes_when": "the budget of 2028 is passed"}
    assert (await browser.post(f"/ideas/{idea.id}/decision", sent)).status_code == 303
    assert await where_is(db, idea) == ("parked", "sponsored")
    page = (await browser.get(f"/ideas/{idea.id}/decision")).text
    assert "the budget of 2028 is passed" in page
    last = (await reviews(db, idea))[-1]
    wake = {"decision": "wake", "reason": "The budget is passed."}
    await browser.post(f"/ideas/{idea.id}/decision", seen(Stage.PARKED, last.id) | wake)
    assert await where_is(db, idea) == ("sponsored", "sponsored")
    kinds = [one.kind for one in await stage_events(db, idea)]
    assert kinds == [Kind.IDEA_PARKED, Kind.IDEA_WOKEN]


async def test_a_stopped_idea_can_wake(db: AsyncSession, cast: Cast) -> None:
    _, idea = await posted(db, cast)
    await at_stage(db, idea, Stage.CONCEPT)
    mia = await viewer_of(db, cast.mia)
    known = await found(db, cast.mia, idea)
    stop = DecisionInput(
        Decision.STOP, "Too dear.", Stage.CONCEPT, lesson="Ask for the price first."
    )
    review = await decide(db, mia, known, stop)
    wake = DecisionInput(Decision.WAKE, "It is cheap now.", Stage.LEARNED, review.id)
    await decide(db, mia, known, wake)
    assert await where_is(db, idea) == ("concept", "concept")


@pytest.mark.parametrize(
    ("stage", "decision"),
    [
        (Stage.SPARK, Decision.SEND_BACK),
        (Stage.SPARK, Decision.WAKE),
        (Stage.ADOPTED, Decision.ADVANCE),
        (Stage.PARKED, Decision.PARK),
        (Stage.PARKED, Decision.ADVANCE),
        (Stage.LEARNED, Decision.STOP),
        (Stage.LEARNED, Decision.HOLD),
    ],
)
async def test_what_makes_no_sense_where_it_stands_is_refused(
    db: AsyncSession, cast: Cast, stage: Stage, decision: Decision
) -> None:
    _, idea = await posted(db, cast)
    await at_stage(db, idea, stage)
    verdict = DecisionInput(
        decision, "Why not.", stage, lesson="…", wakes_when="…", override_reason="…"
    )
    with pytest.raises(Invalid):
        await decide(db, await viewer_of(db, cast.mia), await found(db, cast.mia, idea), verdict)


@pytest.mark.parametrize("who", ["ada", "ben", "cem", "jo", "mo"])
@pytest.mark.parametrize("decision", [one.value for one in Decision])
async def test_others_see_it_and_may_not_decide(
    db: AsyncSession, cast: Cast, browse: Browse, who: str, decision: str
) -> None:
    _, idea = await ripe_spark(db, cast)
    browser = await browse(getattr(cast, who))
    sent = seen() | {"decision": decision, "reason": "I say so.", "lesson": "…", "wakes_when": "…"}
    assert (await browser.post(f"/ideas/{idea.id}/decision", sent)).status_code == 403
    assert (await browser.get(f"/ideas/{idea.id}/decision")).status_code == 403
    assert await reviews(db, idea) == []


async def test_nobody_decides_on_an_idea_of_their_own(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _, idea = await ripe_spark(db, cast)
    await add(db, RoleGrant(person_id=cast.ada.id, role="manager"))
    await add(db, CoAuthor(idea_id=idea.id, person_id=cast.sam.id))
    await db.commit()
    for author in (cast.ada, cast.sam):
        browser = await browse(author)
        answer = await browser.post(f"/ideas/{idea.id}/decision", seen() | ADVANCE)
        assert answer.status_code == 403
        assert "Nobody decides on an idea of their own" in answer.text
    assert await reviews(db, idea) == []


async def test_a_stranger_is_asked_to_sign_in(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    _, idea = await ripe_spark(db, cast)
    browser = await browse(None)
    for answer in (
        await browser.get(f"/ideas/{idea.id}/decision"),
        await browser.post(f"/ideas/{idea.id}/decision", seen() | ADVANCE),
    ):
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/sign-in")


@pytest.mark.parametrize("who", ["zed", None])
async def test_who_may_not_know_of_it_finds_nothing(
    db: AsyncSession, cast: Cast, browse: Browse, who: str | None
) -> None:
    _, idea = await ripe_spark(db, cast, audience=Audience.INTERNAL)
    person: Person | None = getattr(cast, who) if who else None
    if person:
        await add(
            db,
            RoleGrant(person_id=person.id, role="leader", organisation_id=person.organisation_id),
        )
    browser = await browse(person)
    assert (await browser.get(f"/ideas/{idea.id}/decision")).status_code == 404
    answer = await browser.post(f"/ideas/{idea.id}/decision", seen() | ADVANCE)
    assert answer.status_code == 404


async def test_a_role_elsewhere_is_none_here(db: AsyncSession, cast: Cast) -> None:
    _, idea = await ripe_spark(db, cast)
    where = cast.zed.organisation_id
    await add(db, RoleGrant(person_id=cast.zed.id, role="leader", organisation_id=where))
    with pytest.raises(Forbidden):
        await decide(
            db,
            await viewer_of(db, cast.zed),
            await found(db, cast.zed, idea),
            DecisionInput(Decision.ADVANCE, "Yes.", Stage.SPARK),
        )


async def test_gates_go_on_when_the_phases_are_over(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign, idea = await ripe_spark(db, cast)
    closed = update(Phase).where(Phase.campaign_id == campaign.id)
    await db.execute(closed.values(opens_at=None, closes_at=func.now()))
    await db.commit()
    browser = await browse(cast.mia)
    assert (await browser.post(f"/ideas/{idea.id}/decision", seen() | ADVANCE)).status_code == 303


@pytest.mark.parametrize("column", ["withdrawn_at", "hidden_at"])
async def test_nothing_is_decided_on_what_is_out_of_the_lists(
    db: AsyncSession, cast: Cast, column: str
) -> None:
    _, idea = await ripe_spark(db, cast)
    known = await found(db, cast.mia, idea)
    await db.execute(update(Idea).where(Idea.id == idea.id).values(**{column: func.now()}))
    with pytest.raises(Conflict):
        await decide(
            db,
            await viewer_of(db, cast.mia),
            known,
            DecisionInput(Decision.ADVANCE, "Yes.", Stage.SPARK),
        )


async def test_a_decision_made_meanwhile_is_told_and_nothing_typed_is_lost(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _, idea = await ripe_spark(db, cast)
    mia, sam = await browse(cast.mia), await browse(cast.sam)
    await mia.post(f"/ideas/{idea.id}/decision", seen() | ADVANCE)
    late = seen() | {"decision": "hold", "reason": "Let us wait for the schools."}
    answer = await sam.post(f"/ideas/{idea.id}/decision", late)
    assert answer.status_code == 409
    assert "it stands at Concept now" in answer.text
    assert "Let us wait for the schools." in answer.text
    (review,) = await reviews(db, idea)
    assert f'name="seen_review" value="{review.id}"' in answer.text
    assert 'name="seen_stage" value="concept"' in answer.text
    late |= seen(Stage.CONCEPT, review.id)
    assert (await sam.post(f"/ideas/{idea.id}/decision", late)).status_code == 303


REPEATED = [
    # Where the idea stands, what is decided, and what else is said of it the second time.
    (Stage.CONCEPT, {"decision": "hold"}, {"reason": "Because!"}),
    (Stage.CONCEPT, {"decision": "hold"}, {"decision": "send_back"}),
    (Stage.CONCEPT, {"decision": "park", "wakes_when": "Spring"}, {"wakes_when": "Autumn"}),
    (Stage.CONCEPT, {"decision": "stop", "lesson": "Ask."}, {"lesson": "Begin"}),
    (Stage.PILOT, {"decision": "send_back", "back_to": "spark"}, {"back_to": "concept"}),
    (Stage.CONCEPT, {"decision": "advance", "override_reason": "Now"}, {"override_reason": "Go"}),
]


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize(("stage", "decided", "otherwise"), REPEATED)
async def test_deciding_again_in_other_words_is_told_and_nothing_is_lost(
    db: AsyncSession,
    cast: Cast,
    browse: Browse,
    stage: Stage,
    decided: dict[str, str],
    otherwise: dict[str, str],
    htmx: bool,
) -> None:
    _, idea = await posted(db, cast)
    await db.execute(update(Idea).where(Idea.id == idea.id).values(stage=stage, path_stage=stage))
    await db.commit()
    mia, url = await browse(cast.mia), f"/ideas/{idea.id}/decision"
    # What the decision does not ask for is sent along, as browsers do.
    unused = {"override_reason": "", "lesson": "", "wakes_when": ""}
    sent = unused | seen(stage) | {"reason": "So."} | decided
    for _press in range(2):
        assert (await mia.post(url, sent, htmx=htmx)).status_code in {200, 303}
    answer = await mia.post(url, sent | otherwise, htmx=htmx)
    assert answer.status_code == 409
    assert "You have decided on this idea already, in other words" in answer.text
    words = otherwise.keys() & {"reason", "override_reason", "lesson", "wakes_when"}
    for name in words:
        assert otherwise[name] in answer.text.split(f'name="{name}"')[1].split("</div>")[0]
    assert "So.</textarea>" in answer.text or "reason" in words
    assert len(await reviews(db, idea)) == 1


WORDS = {"override_reason": "The mayor", "wakes_when": "Spring", "lesson": "Ask first."}
OWN = {"advance": "override_reason", "park": "wakes_when", "stop": "lesson"}


@pytest.mark.parametrize("decision", ["advance", "hold", "send_back", "park", "stop"])
async def test_words_of_another_decision_are_not_dropped(
    db: AsyncSession, cast: Cast, browse: Browse, decision: str
) -> None:
    _, idea = await posted(db, cast)
    await at_stage(db, idea, Stage.CONCEPT)
    await db.commit()
    mia, url = await browse(cast.mia), f"/ideas/{idea.id}/decision"
    sent = seen(Stage.CONCEPT) | WORDS | {"decision": decision, "reason": "So."}
    answer = await mia.post(url, sent)
    assert answer.status_code == 422
    for name, typed in WORDS.items():
        field = answer.text.split(f'id="review-{name}"')[0].rsplit('<div class="field', 1)[1]
        misplaced = name != OWN.get(decision)
        assert ("This belongs to another decision (" in field) is misplaced
        # What is wrong is in sight, whatever decision is ticked.
        assert (":hidden" in field) is not misplaced
        assert typed in answer.text.split(f'name="{name}"')[1].split("</div>")[0]
    assert "So.</textarea>" in answer.text
    assert await reviews(db, idea) == []


async def test_a_lesson_added_to_what_was_parked_is_not_dropped(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _, idea = await posted(db, cast)
    await at_stage(db, idea, Stage.CONCEPT)
    await db.commit()
    mia, url = await browse(cast.mia), f"/ideas/{idea.id}/decision"
    park = {"decision": "park", "reason": "So.", "wakes_when": "Spring"}
    sent = seen(Stage.CONCEPT) | park
    for _press in range(2):
        assert (await mia.post(url, sent)).status_code == 303
    answer = await mia.post(url, sent | {"lesson": "Ask first."})
    assert answer.status_code == 422
    assert "Ask first.</textarea>" in answer.text
    assert "(Stop, and keep the lesson)" in answer.text
    assert len(await reviews(db, idea)) == 1


async def test_two_reviewers_at_once(committing: Database) -> None:
    async with committing.transaction() as db:
        cast = await make_cast(db)
        _, idea = await posted(db, cast)
        people = [cast.mia, cast.sam]
        viewers = [await viewer_of(db, one) for one in people]
        known = await found(db, cast.mia, idea)

    async def advance(viewer: Any) -> str:
        verdict = DecisionInput(Decision.ADVANCE, "Yes.", Stage.SPARK, override_reason="Now.")
        try:
            async with committing.transaction() as own:
                await decide(own, viewer, known, verdict)
        except Conflict as refused:
            return refused.reason
        return "done"

    outcomes = await asyncio.gather(*(advance(viewer) for viewer in viewers))
    assert outcomes.count("done") == 1
    assert "Somebody else decided on this idea while you were writing" in min(outcomes)
    async with committing.reading() as db:
        assert await db.scalar(select(func.count()).select_from(Review)) == 1
        assert await db.scalar(select(Idea.stage)) == "concept"


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"decision": "", "reason": "Yes."}, "Fill this in."),
        ({"decision": "promote", "reason": "Yes."}, "Choose one of the options."),
        ({"decision": "hold", "reason": "   "}, "Fill this in."),
        ({"decision": "hold", "reason": "x" * 4_001}, "Shorten this"),
    ],
)
async def test_what_cannot_be_used_comes_back_with_the_form(
    db: AsyncSession, cast: Cast, browse: Browse, sent: dict[str, str], said: str
) -> None:
    _, idea = await ripe_spark(db, cast)
    browser = await browse(cast.mia)
    answer = await browser.post(f"/ideas/{idea.id}/decision", seen() | sent)
    assert answer.status_code == 422
    assert said in answer.text
    assert await reviews(db, idea) == []


@pytest.mark.parametrize("fields", [{}, {"seen_stage": "spark", "seen_review": "-1"}])
async def test_a_form_that_does_not_say_what_was_seen_is_refused(
    db: AsyncSession, cast: Cast, browse: Browse, fields: dict[str, str]
) -> None:
    _, idea = await ripe_spark(db, cast)
    browser = await browse(cast.mia)
    assert (await browser.post(f"/ideas/{idea.id}/decision", fields | ADVANCE)).status_code == 422


async def test_what_reviewers_write_is_shown_as_text(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _, idea = await ripe_spark(db, cast)
    browser = await browse(cast.mia)
    nasty = {"decision": "hold", "reason": "<img src=x onerror=alert(1)>"}
    await browser.post(f"/ideas/{idea.id}/decision", seen() | nasty)
    shown = (await browser.get(f"/ideas/{idea.id}")).text
    assert "<img src=x" not in shown
    assert "&lt;img src=x" in shown


@pytest.mark.parametrize(
    ("to", "ticked"),
    [
        ("concept", "advance"),
        ("parked", "park"),
        ("learned", "stop"),
        ("adopted", None),
        ("x", None),
    ],
)
async def test_the_board_ticks_what_moves_it_there(
    db: AsyncSession, cast: Cast, browse: Browse, to: str, ticked: str | None
) -> None:
    _, idea = await ripe_spark(db, cast)
    browser = await browse(cast.mia)
    shown = (await browser.get(f"/ideas/{idea.id}/decision?to={to}")).text
    chosen = [one for one in Decision if f'value="{one.value}" checked' in shown]
    assert chosen == ([Decision(ticked)] if ticked else [])


async def test_what_was_typed_and_not_sent_is_there_again(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _, idea = await ripe_spark(db, cast)
    browser = await browse(cast.mia)
    typed = {"decision": "park", "reason": "Half a thought", "wakes_when": "spring"}
    await browser.post(f"/drafts/review-{idea.id}", typed)
    shown = (await browser.get(f"/ideas/{idea.id}/decision")).text
    assert "Half a thought" in shown
    assert 'value="park" checked' in shown
    assert "You began a decision" in (await browser.get(f"/ideas/{idea.id}")).text
    shown = (await browser.get(f"/ideas/{idea.id}/decision?to=concept")).text
    assert 'value="advance" checked' in shown
    assert "Half a thought" in shown
    await browser.post(f"/ideas/{idea.id}/decision", seen() | typed)
    assert "Half a thought" not in (await browser.get("/ideas/new")).text
    form = (await browser.get(f"/ideas/{idea.id}/decision")).text.split("<form")[-2]
    assert "Half a thought" not in form
