"""A challenge in two rounds, from its template to the second result: each with its own form, panel
and criteria; the first result invites into the second round, and nobody else gets in."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.accepting_rules import accept_rules
from ideahub.campaigns.models import Campaign, Phase
from ideahub.campaigns.templates.shared_questions import NEEDED_TO_COPY
from ideahub.entries.entering import submit_entry
from ideahub.entries.form_versions import form_in_use
from ideahub.entries.models import Entry, FieldKind
from ideahub.judging.models import Panel, PanelCriterion
from ideahub.organisations.models import Person
from ideahub.results.models import Advancement, PanelResult, RunPlace
from tests.campaigns.setting_up import QUESTION, phases
from tests.campaigns.test_start_from_a_template import begin as begin_draft
from tests.conftest import Browse, Browser
from tests.entries.entering import SITE, enter, write
from tests.judging.panels_made import Judging, score, seat, share_out
from tests.results.judged import Judged
from tests.results.test_from_run_to_final import publish
from tests.support.cast import Cast, viewer_of

HOUR = timedelta(hours=1)


async def award(db: AsyncSession, cast: Cast, mia: Browser) -> tuple[Campaign, list[Phase]]:
    """A published award in two rounds, made from its template."""
    typed = {"question": QUESTION, "organisation_id": str(cast.city.id)}
    assert (await begin_draft(mia, "innovation-award", typed)).status_code == 303
    campaign = (await db.scalars(select(Campaign))).one()
    answer = await mia.post(f"/management/{campaign.id}/publication")
    assert answer.status_code == 303, answer.text
    return campaign, await phases(db)


async def turn_to(db: AsyncSession, made: list[Phase], now: int) -> list[Phase]:
    """As if time had passed: that phase is open, those before it are over."""
    for at, phase in enumerate(made):
        opens = datetime.now(UTC) + (at - now - 0.5) * HOUR
        await db.execute(
            update(Phase)
            .where(Phase.id == phase.id)
            .values(opens_at=opens, closes_at=opens + HOUR)
            .execution_options(synchronize_session=False)
        )
    await db.commit()
    return await phases(db)


async def panel_of(db: AsyncSession, campaign: Campaign, scoring: Phase) -> Judging:
    """The panel that scores in a phase, with what tests of judging need of it."""
    panel = (await db.scalars(select(Panel).where(Panel.phase_id == scoring.id))).one()
    found = select(PanelCriterion).where(PanelCriterion.panel_id == panel.id)
    criteria = list((await db.scalars(found.order_by(PanelCriterion.position))).all())
    entered = await db.get_one(Phase, panel.entries_phase_id)
    form = await form_in_use(db, entered.id)
    assert form
    return Judging(campaign, entered, scoring, form, panel, criteria)  # type: ignore[arg-type]


async def judge(
    db: AsyncSession, cast: Cast, mia: Browser, judging: Judging, favourite: int
) -> Judged:
    """One judge scores every entry, the favourite best; the result is published."""
    await seat(db, judging, cast.jo)
    for assignment in await share_out(db, judging, cast, 1):
        value = "4" if assignment.entry_id == favourite else "2"
        await score(db, judging, cast.jo, assignment, *[value] * len(judging.criteria))
    await db.commit()
    at = f"/management/{judging.campaign.id}/judging/{judging.panel.id}"
    answer = await mia.post(f"{at}/closing")
    assert answer.status_code == 303, answer.text
    made = Judged(
        judging.campaign, judging.entries_phase, judging.scoring_phase, judging.form, judging.panel,
        judging.criteria, judging.judges,
    )  # fmt: skip
    await publish(db, mia, made)
    return made


async def enter_with_everything(db: AsyncSession, person: Person, phase: Phase, title: str) -> int:
    return (await enter(db, person, phase, await answers_to(db, phase), title)).entry_id


async def answers_to(db: AsyncSession, phase: Phase) -> dict[str, object]:
    """Answers to all that the phase requires."""
    form = await form_in_use(db, phase.id)
    assert form
    return {one.key: answer_to(one.kind, one.options) for one in form.fields if one.required}


async def ranked(db: AsyncSession, judged: Judged) -> set[int]:
    """The entries that the published result of the panel ranks."""
    found = select(RunPlace.entry_id).join(PanelResult, PanelResult.run_id == RunPlace.run_id)
    return set((await db.scalars(found.where(PanelResult.panel_id == judged.panel.id))).all())


def answer_to(kind: FieldKind, options: Sequence[str]) -> object:
    """An answer that a question of this kind takes."""
    if kind is FieldKind.CHOICE:
        return options[0]
    return True if kind is FieldKind.CONSENT else "We count the complaints."


async def must_differ(db: AsyncSession, campaign: Campaign, made: list[Phase]) -> None:
    """Each round asks and is scored in its own way."""
    first, jury, second, finals, _award = made
    assert second.invited_from_id == first.id
    labels = []
    for phase in (first, second):
        form = await form_in_use(db, phase.id)
        assert form
        labels.append({one.label for one in form.fields})
    assert "Category" in labels[0] - labels[1]
    assert "How do you know that it works?" in labels[1] - labels[0]
    panels = [await panel_of(db, campaign, phase) for phase in (jury, finals)]
    assert [one.entries_phase.id for one in panels] == [first.id, second.id]
    names = [{criterion.name for criterion in one.criteria} for one in panels]
    assert not names[0] & names[1]
    for one in panels:
        assert sum(criterion.weight for criterion in one.criteria) == 100


async def must_stay_out(
    db: AsyncSession, invited: Browser, other: Browser, campaign: Campaign, second: Phase
) -> Advancement:
    """Nobody begins an entry of the second round by themselves; returns the invitation."""
    invitation = (await db.scalars(select(Advancement))).one()
    for browser in (invited, other):
        begun = await browser.post(f"/challenges/{campaign.id}/entries", {"phase": str(second.id)})
        assert begun.status_code == 409
    forged = await other.post(f"/advancements/{invitation.id}/acceptance")
    assert forged.status_code == 404
    assert await db.scalar(select(Entry.id).filter_by(phase_id=second.id)) is None
    return invitation


async def test_from_the_first_form_to_the_second_result(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    mia, ada, cem = await browse(cast.mia), await browse(cast.ada), await browse(cast.cem)
    campaign, made = await award(db, cast, mia)
    await must_differ(db, campaign, made)

    # The first round: two enter, one is invited.
    made = await turn_to(db, made, 0)
    for person in (cast.ada, cast.cem):
        await accept_rules(db, await viewer_of(db, person), campaign.id, 1)
    ahead = await enter_with_everything(db, cast.ada, made[0], "Quiet tyres")
    behind = await enter_with_everything(db, cast.cem, made[0], "A wall")
    await db.commit()
    made = await turn_to(db, made, 1)
    judged = await judge(db, cast, mia, await panel_of(db, campaign, made[1]), ahead)
    assert await ranked(db, judged) == {ahead, behind}
    page = (await mia.get(f"{judged.at}/advancements")).text
    assert "Takes only entries that are invited here." in page
    sent = {"to_phase": str(made[2].id), "entries": [str(ahead)]}
    answer = await mia.post(f"{judged.at}/advancements", sent)
    assert answer.status_code == 303, answer.text

    # The second round: who is invited goes on, who is not stays out.
    made = await turn_to(db, made, 2)
    mine = (await ada.get("/entries")).text
    assert "It is invited into “" in mine and "complete the form and submit it before" in mine
    assert "invited into" not in (await cem.get("/entries")).text
    invitation = await must_stay_out(db, ada, cem, campaign, made[2])
    answer = await ada.post(f"/advancements/{invitation.id}/acceptance")
    assert answer.status_code == 303, answer.text
    carried = (await db.scalars(select(Entry).filter_by(phase_id=made[2].id))).one()
    assert (carried.title, carried.carried_from_id) == ("Quiet tyres", ahead)
    # Only what both forms ask is taken along, whatever keys it has.
    form = await form_in_use(db, made[2].id)
    assert form
    labels = {one.key: one.label for one in form.fields}
    assert [labels[key] for key in carried.answers] == [NEEDED_TO_COPY.label]
    mine = (await ada.get("/entries")).text
    assert mine.count("complete the form and submit it before") == 1
    await write(db, cast.ada, carried.id, await answers_to(db, made[2]), "Quiet tyres")
    await submit_entry(db, await viewer_of(db, cast.ada), carried.id, site=SITE)
    await db.commit()

    # The finals score only what was invited, by their own criteria.
    made = await turn_to(db, made, 3)
    judged = await judge(db, cast, mia, await panel_of(db, campaign, made[3]), carried.id)
    assert await ranked(db, judged) == {carried.id}
    guest, at = await browse(None), f"/challenges/{campaign.id}/results"
    both = (await guest.get(at)).text
    assert "Jury" in both and "Final jury" in both
    result = await db.scalar(select(PanelResult.id).where(PanelResult.panel_id == judged.panel.id))
    assert "Proof" in (await guest.get(f"{at}/{result}")).text
