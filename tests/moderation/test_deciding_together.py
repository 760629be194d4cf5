"""Several texts decided at once: what cannot be is said by name; and what belongs together."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.conversation.models import Contribution
from ideahub.moderation.conduct import Rule, write_conduct
from ideahub.moderation.models import ModerationCase, ModerationDecision, TextReport
from ideahub.moderation.queue import CasesShown, cases_like, cases_waiting
from tests.conftest import Browse
from tests.support.cast import Cast, make_campaign, make_idea, viewer_of
from tests.support.moderating import decide_case, decide_chosen
from tests.support.talking import kept, say

MINE = "Mo thinks that the towpath belongs to the ducks alone."


async def report(db: AsyncSession, cast: Cast, browse: Browse, *texts: int) -> list[int]:
    """The cases about these contributions, which Cem reports."""
    cem = await browse(cast.cem)
    for number in texts:
        sent = await cem.post(f"/reports/contribution/{number}", {"rule": "spam"})
        assert sent.status_code == 303
    found = await db.scalars(
        select(ModerationCase.id).order_by(ModerationCase.id.desc()).limit(len(texts))
    )
    return sorted(found)


async def test_a_refusal_names_the_text_and_keeps_nobody_from_the_others(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    mine = await say(db, cast.mo, idea.id, MINE)
    said = [await say(db, cast.ben, idea.id, f"Buy number {each} of my lamps") for each in "12345"]
    cases = await report(db, cast, browse, mine, *said)
    ann, mo = await browse(cast.ann), await browse(cast.mo)
    await decide_case(ann, cases[1], {"measure": "none"})
    together = {"measure": "hide", "rule": "spam", "words": "No shop.", "of": [*map(str, cases)]}
    decided = await decide_chosen(mo, together)
    assert decided.status_code == 303
    page = (await mo.get(decided.headers["location"])).text
    assert "4 texts are decided." in page
    assert "Mo thinks that the towpath belongs to the ducks alone." in page
    assert "It is your own text, so somebody else decides." in page
    assert "Ann Berg has decided about this meanwhile." in page
    assert [(await kept(db, number)).hidden_at is None for number in (mine, *said)] == [
        True, True, False, False, False, False,
    ]  # fmt: skip
    # Sent twice, it is answered as the first time, but for what was refused.
    again = await decide_chosen(mo, together)
    assert "4 texts are decided." in (await mo.get(again.headers["location"])).text
    assert await db.scalar(select(func.count()).select_from(ModerationDecision)) == 5


async def test_what_is_missing_for_all_of_them_is_asked_once(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    said = [await say(db, cast.ben, idea.id, f"Buy number {each}") for each in "12"]
    cases = await report(db, cast, browse, *said)
    mo = await browse(cast.mo)
    sent = {"measure": "hide", "words": "Kept as typed.", "of": [*map(str, cases)]}
    refused = await decide_chosen(mo, sent)
    assert refused.status_code == 422
    assert "Choose the rule" in refused.text
    assert "Kept as typed." in refused.text
    assert refused.text.count(" checked") >= 2
    for wrong in ({**sent, "of": []}, {**sent, "measure": "mask"}, {"of": sent["of"]}):
        assert (await decide_chosen(mo, wrong)).status_code == 422
    assert not await db.scalar(select(func.count()).select_from(ModerationDecision))
    # Of what somebody may not moderate, nothing is told.
    other = await decide_chosen(mo, {**sent, "rule": "spam", "of": ["99999"]})
    assert "Buy number" not in (await mo.get(other.headers["location"])).text.split("<main")[0]


async def test_rules_of_each_campaign_can_be_named(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await make_campaign(db, cast.city)
    rules = [Rule("shop", "No shops", "Sell elsewhere."), Rule("spam", "Spam", "None.")]
    await write_conduct(db, await viewer_of(db, cast.mia), rules, campaign_id=campaign.id)
    idea = await make_idea(db, campaign, cast.ada)
    cases = await report(db, cast, browse, await say(db, cast.ben, idea.id, "Buy my lamps"),
                         await say(db, cast.ben, idea.id, "Buy my chairs"))  # fmt: skip
    mo = await browse(cast.mo)
    assert 'value="shop"' in (await mo.get("/moderation")).text
    sent = {"measure": "hide", "rule": "shop", "of": [*map(str, cases)]}
    assert (await decide_chosen(mo, sent)).status_code == 303
    named = select(ModerationDecision.rule_text)
    assert (await db.scalars(named)).all() == ["Sell elsewhere."] * 2


async def test_reports_of_one_text_are_one_case_and_those_of_one_author_are_together(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    box = await make_campaign(db, cast.city, allows_pseudonyms=True)
    idea = await make_idea(db, box, cast.ada)
    same = "Buy the very best lamps of our shop today"
    said = [await say(db, cast.ben, idea.id, same), await say(db, cast.zed, idea.id, f"{same}!"),
            await say(db, cast.ben, idea.id, "Something else")]  # fmt: skip
    cases = await report(db, cast, browse, *said)
    await (await browse(cast.mia)).post(f"/reports/contribution/{said[0]}", {"rule": "hate"})
    assert await db.scalar(select(func.count()).select_from(TextReport)) == 4
    mo = await viewer_of(db, cast.mo)
    shown = {case.id: case for case in (await cases_waiting(db, mo, CasesShown.ALL, "")).cases}
    assert [(shown[case].same, shown[case].by_author) for case in cases] == [(1, 1), (1, 0), (0, 1)]
    assert shown[cases[0]].rules == [("Spam or advertising", 1), ("Hate or insult", 1)]
    assert [case.id for case in (await cases_like(db, mo, cases[0])).cases] == cases
    page = (await (await browse(cast.mo)).get(f"/moderation?like={cases[0]}")).text
    assert page.count('name="of"') == 3
    assert page.count(" checked>") == 3
    jo = await viewer_of(db, cast.zed)
    assert not (await cases_like(db, jo, cases[0])).cases


async def test_nobody_learns_who_writes_under_another_name(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    box = await make_campaign(db, cast.city, allows_pseudonyms=True)
    ideas = [await make_idea(db, box, cast.ada, f"Idea {each}") for each in "12"]
    ideas[0].pseudonym, ideas[0].body = "Quiet Owl", "Other words."
    await db.flush()
    cem = await browse(cast.cem)
    for idea in ideas:
        await cem.post(f"/reports/idea/{idea.id}", {"rule": "spam"})
    mo = await viewer_of(db, cast.mo)
    found = (await cases_waiting(db, mo, CasesShown.ALL, "")).cases
    assert [case.by_author for case in found] == [0, 0]
    assert len((await cases_like(db, mo, found[0].id)).cases) == 1
    assert await db.scalar(select(func.count()).select_from(Contribution)) == 0
