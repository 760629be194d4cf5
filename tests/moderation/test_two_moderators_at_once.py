"""Two moderators at the same moment: each text is decided once, and nobody waits for ever."""

import asyncio

import pytest
from sqlalchemy import func, select

from ideahub.conversation.models import Contribution
from ideahub.core.db import Database
from ideahub.core.events import Event, Kind
from ideahub.core.refusals import Conflict, Refused
from ideahub.core.viewer import Role, Viewer
from ideahub.ideas.models import Idea
from ideahub.ideas.queries import find_idea
from ideahub.ideas.submitting import IdeaText, revise_idea
from ideahub.moderation.appealing import appeal, decide_appeal
from ideahub.moderation.cases import open_case
from ideahub.moderation.deciding import Choice, decide
from ideahub.moderation.deciding_together import decide_together
from ideahub.moderation.models import Measure, ModerationAppeal, ModerationDecision, TextKind
from ideahub.moderation.reporting import report
from ideahub.moderation.suspending import end_suspension
from ideahub.moderation.texts import find_text
from ideahub.organisations.models import Person
from tests.support.cast import Cast, make_campaign, make_cast, make_idea, make_person, viewer_of
from tests.support.talking import say
from tests.support.waiting import waits_for_a_row

HIDE = Choice(measure=Measure.HIDE, rule="spam", words="No shop.")
LEAVE = Choice(measure=Measure.NONE)


class TwoModerators:
    """A cast with two moderators, and cases about what Ben said."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.viewers: list[Viewer] = []
        self.cases: list[int] = []
        self.cast: Cast

    async def begin(self, texts: int) -> None:
        """So many texts are reported."""
        async with self.database.transaction() as db:
            self.cast = await make_cast(db)
            max_ = await make_person(db, "Max Moor", self.cast.city, Role.MODERATOR)
            idea = await make_idea(db, await make_campaign(db, self.cast.city), self.cast.ada)
            said = [await say(db, self.cast.ben, idea.id, f"Lamp {each}") for each in range(texts)]
            self.viewers = [await self._viewer(db, one) for one in (self.cast.mo, max_)]
            cem = await self._viewer(db, self.cast.cem)
            for number in said:
                text = await find_text(db, cem, TextKind.CONTRIBUTION, number)
                await report(db, cem, text, "spam")
                self.cases.append(len(self.cases) + 1)

    async def _viewer(self, db: object, person: Person) -> Viewer:
        return await viewer_of(db, person)  # type: ignore[arg-type]

    async def one(self, who: int, case: int, choice: Choice) -> str:
        """What one of them is answered who decides a case."""
        try:
            async with self.database.transaction() as db:
                await decide(db, self.viewers[who], case, choice)
        except Refused as why:
            return type(why).__name__
        return "decided"

    async def several(self, who: int, choice: Choice) -> tuple[int, int]:
        """How many one of them decides of all at once, and how many are refused."""
        async with self.database.transaction() as db:
            found = await decide_together(db, self.viewers[who], self.cases, choice)
        return found.done, len(found.refused)


@pytest.fixture
async def two(committing: Database) -> TwoModerators:
    """Four texts that wait."""
    made = TwoModerators(committing)
    await made.begin(4)
    return made


async def test_one_decides_and_the_other_is_told(two: TwoModerators) -> None:
    for case in two.cases:
        answers = await asyncio.gather(two.one(0, case, HIDE), two.one(1, case, LEAVE))
        assert sorted(answers) == ["Conflict", "decided"]
    # Twice by the same is answered as the first time.
    async with two.database.transaction() as db:
        count = await db.scalar(select(func.count()).select_from(ModerationDecision))
        hidden = await db.scalar(select(func.count()).where(Contribution.hidden_at.is_not(None)))
        told = await db.scalar(select(func.count()).where(Event.kind == Kind.TEXT_HIDDEN))
    assert count == 4
    assert hidden == told


async def test_the_same_one_twice_at_once_decides_once(two: TwoModerators) -> None:
    answers = await asyncio.gather(*(two.one(0, two.cases[0], HIDE) for _twice in range(2)))
    assert answers == ["decided", "decided"]
    async with two.database.transaction() as db:
        assert await db.scalar(select(func.count()).select_from(ModerationDecision)) == 1


async def test_both_decide_all_of_them_while_one_is_decided_alone(two: TwoModerators) -> None:
    answers = await asyncio.wait_for(
        asyncio.gather(
            two.several(0, HIDE), two.several(1, LEAVE), two.one(1, two.cases[2], LEAVE)
        ),
        timeout=30,
    )
    (mine, refused), (theirs, also_refused), _alone = answers
    async with two.database.transaction() as db:
        decided = await db.scalars(select(ModerationDecision.case_id))
    assert sorted(decided.all()) == two.cases
    # Whoever was first has decided all but what was decided alone; nothing is lost or doubled.
    assert mine + refused == theirs + also_refused == len(two.cases)


async def test_an_idea_that_its_author_rewrites_at_this_moment_is_not_decided(
    two: TwoModerators,
) -> None:
    async with two.database.transaction() as db:
        ada = await viewer_of(db, two.cast.ada)
        number = (await db.scalars(select(Idea.id))).one()
        text = await find_text(db, two.viewers[0], TextKind.IDEA, number)
        case = (await open_case(db, text)).id

    async def decide_what_was_seen() -> None:
        async with two.database.transaction() as db:
            await decide(db, two.viewers[0], case, HIDE, seen=text.fingerprint)

    async with two.database.transaction() as db:
        idea = await find_idea(db, ada, number)
        words = IdeaText(idea.title, "Something else that nobody has looked at.")
        await revise_idea(db, ada, idea, words, from_revision=idea.revision)
        deciding = asyncio.create_task(decide_what_was_seen())
        assert await waits_for_a_row(two.database, deciding)
    with pytest.raises(Conflict, match="was changed"):
        await deciding


async def test_a_suspension_holds_that_begins_while_another_ends(two: TwoModerators) -> None:
    for_days = Choice(measure=Measure.SUSPEND, rule="hate", words="Twice.", days=7)
    async with two.database.transaction() as db:
        first = await decide(db, two.viewers[0], two.cases[0], for_days)

    async def end() -> None:
        async with two.database.transaction() as db:
            await end_suspension(db, two.viewers[0], first.id)

    async with two.database.transaction() as db:
        await decide(db, two.viewers[1], two.cases[1], for_days)
        ending = asyncio.create_task(end())
        assert await waits_for_a_row(two.database, ending)
    await ending
    async with two.database.reading() as db:
        ben = await viewer_of(db, two.cast.ben)
    assert ben.partly_suspended_until


async def test_an_appeal_is_decided_once(two: TwoModerators) -> None:
    async with two.database.transaction() as db:
        ann = await viewer_of(db, two.cast.ann)
        ben = await viewer_of(db, two.cast.ben)
        decision = await decide(db, two.viewers[0], two.cases[0], HIDE)
        made = (await appeal(db, ben, decision, "It is no shop.")).id

    async def answer(viewer: Viewer, *, is_upheld: bool) -> str:
        try:
            async with two.database.transaction() as db:
                await decide_appeal(db, viewer, made, is_upheld=is_upheld, reason="So.")
        except Conflict:
            return "late"
        return "decided"

    answers = await asyncio.gather(
        answer(ann, is_upheld=True), answer(two.viewers[1], is_upheld=False)
    )
    assert sorted(answers) == ["decided", "late"]
    async with two.database.transaction() as db:
        upheld = await db.scalar(select(ModerationAppeal.is_upheld))
        undone = await db.scalar(select(func.count()).where(ModerationDecision.measure == "undo"))
    assert undone == (1 if upheld else 0)
