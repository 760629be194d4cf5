"""From a report to a decision, an appeal, and back: each step as people take it."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Audience
from ideahub.core.events import Kind
from ideahub.core.viewer import Role
from ideahub.moderation.models import (
    ModerationAppeal,
    ModerationCase,
    ModerationDecision,
    TextReport,
)
from tests.conftest import Browse, Browser
from tests.support.cast import Cast, make_campaign, make_idea, make_person
from tests.support.dom import tree
from tests.support.moderating import decide_case
from tests.support.talking import happened, say
from tests.test_tallies import wrong


async def case_of(db: AsyncSession, number: int) -> ModerationCase:
    found = await db.scalars(
        select(ModerationCase)
        .where(ModerationCase.text_id == number)
        .order_by(ModerationCase.id.desc())
        .execution_options(populate_existing=True)
    )
    case = found.first()
    assert case
    return case


async def decision_in(db: AsyncSession, case: ModerationCase) -> ModerationDecision:
    found = select(ModerationDecision).where(ModerationDecision.case_id == case.id)
    return (await db.scalars(found.order_by(ModerationDecision.id))).all()[0]


async def test_reported_hidden_appealed_and_restored(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    made = await say(db, cast.ben, idea.id, "My neighbour of number 7 parks there.")
    other = await make_person(db, "Max Moor", cast.city, Role.MODERATOR)
    cem, ben, mo = await browse(cast.cem), await browse(cast.ben), await browse(cast.mo)
    assert f'href="/reports/contribution/{made}"' in (await cem.get(f"/ideas/{idea.id}")).text
    form = await cem.get(f"/reports/contribution/{made}")
    assert "Personal data" in form.text
    for _twice in range(2):
        sent = await cem.post(f"/reports/contribution/{made}", {"rule": "personal", "words": "A"})
        assert sent.headers["location"] == "/reports/received"
    case = await case_of(db, made)
    assert await db.scalar(select(func.count()).select_from(TextReport)) == 1
    queue = (await mo.get("/moderation")).text
    assert "My neighbour of number 7" in queue
    assert (await ben.get("/moderation")).status_code == 404
    assert (await ben.get(f"/moderation/cases/{case.id}")).status_code == 404
    hide = {"measure": "hide", "rule": "personal", "words": "It points at one person."}
    for _twice in range(2):
        assert (await decide_case(mo, case.id, hide)).status_code == 303
    decision = await decision_in(db, case)
    assert await happened(db, Kind.TEXT_HIDDEN, idea.id) == 1
    assert "My neighbour" not in (await cem.get(f"/ideas/{idea.id}")).text
    assert (await cem.get(f"/contributions/{made}")).status_code == 404
    # Its author sees it, where it stood too, with the reason.
    assert "My neighbour" in (await ben.get(f"/ideas/{idea.id}")).text
    page = (await ben.get(f"/moderation/decisions/{decision.id}")).text
    assert "It points at one person." in page
    assert "Name no private people" in page
    assert "Mo Haddad" not in page
    assert (await cem.get(f"/moderation/decisions/{decision.id}")).status_code == 404
    appeal = {"text": "There is no number 7 in that street."}
    for _twice in range(2):
        sent = await ben.post(f"/moderation/decisions/{decision.id}/appeal", appeal)
        assert sent.status_code == 303
    again = await ben.post(f"/moderation/decisions/{decision.id}/appeal", {"text": "And more"})
    assert again.status_code == 409
    assert "And more" in again.text
    waiting = (await db.scalars(select(ModerationAppeal))).one()
    right = {"upheld": "yes", "reason": "Indeed, there is none."}
    # Not by whoever decided first.
    assert (await mo.post(f"/moderation/appeals/{waiting.id}", right)).status_code == 403
    max_ = await browse(other)
    for _twice in range(2):
        assert (await max_.post(f"/moderation/appeals/{waiting.id}", right)).status_code == 303
    assert "My neighbour" in (await cem.get(f"/ideas/{idea.id}")).text
    assert "Indeed, there is none." in (await ben.get(f"/moderation/decisions/{decision.id}")).text
    assert await happened(db, Kind.TEXT_SHOWN, idea.id) == 1
    assert not await wrong(db)
    log = (await cem.get("/moderation/log")).text
    assert "Personal data" in log
    assert "1 appeal: 1 right, 0 not, 0 open." in log
    assert "neighbour" not in log
    assert "hide,Personal data,1" in (await cem.get("/moderation/log.csv")).text


async def open_form(browser: Browser, at: str) -> dict[str, str]:
    """What the form of a report sends along, as somebody sees it who presses its first reason."""
    (form,) = [
        one
        for one in tree((await browser.get(at)).text).walk()
        if one.tag == "form" and one.attributes.get("action") == at
    ]
    sent = {
        one.attributes["name"]: one.attributes.get("value", "")
        for one in form.walk()
        if one.tag == "input"
    }
    first = next(one for one in form.walk() if one.tag == "button")
    assert first.attributes["type"] == "submit"
    return {**sent, first.attributes["name"]: first.attributes["value"]}


async def reports_made(db: AsyncSession) -> int:
    return await db.scalar(select(func.count()).select_from(TextReport)) or 0


async def test_a_stranger_reports_in_two_presses_however_quick(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    stranger = await browse(None)
    at = f"/reports/idea/{idea.id}"
    assert f'href="{at}"' in (await stranger.get(f"/ideas/{idea.id}")).text
    sent = await open_form(stranger, at)
    for _twice in range(2):
        assert (await stranger.post(at, sent)).headers["location"] == "/reports/received"
    assert await reports_made(db) == 1


async def test_a_program_is_refused_without_a_puzzle_for_people(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    stranger = await browse(None)
    at = f"/reports/idea/{idea.id}"
    sent = await open_form(stranger, at)
    # It fills in what people do not see, makes up when it saw the form, or knows no reason.
    for wrong_field in ({"website": "x"}, {"moment": "1.forged"}, {"rule": "unknown"}):
        refused = await stranger.post(at, {**sent, **wrong_field, "words": "Why so"})
        assert refused.status_code == 422
        assert "Why so" in refused.text
    assert not await reports_made(db)


async def test_what_one_may_not_read_one_cannot_report(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    internal = await make_campaign(db, cast.city, audience=Audience.INTERNAL)
    idea = await make_idea(db, internal, cast.ada)
    cem = await browse(cast.cem)
    for kind in ("idea", "contribution", "question", "pledge", "entry", "person", "nothing"):
        assert (await cem.get(f"/reports/{kind}/{idea.id}9")).status_code == 404
    assert (await cem.get(f"/reports/idea/{idea.id}")).status_code == 404
    ada = await browse(cast.ada)
    assert (await ada.post(f"/reports/idea/{idea.id}", {"rule": "spam"})).status_code == 409
    # So nobody writes a report that could never be sent.
    assert (await ada.get(f"/reports/idea/{idea.id}")).status_code == 409
