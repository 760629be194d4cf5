"""Reports that are very long, very many, or of what is not theirs to know."""

from collections.abc import Sequence

import pytest
from httpx import Response
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.moderation.models import ModerationDecision, TextReport
from tests.conftest import Browse, Browser
from tests.moderation.test_holding_texts import newest_case
from tests.support.cast import Cast, make_campaign, make_idea
from tests.support.moderating import decide_case
from tests.support.talking import say

LONG = "x" * 19_990 + " end"


async def test_a_report_of_20_000_characters_is_refused_and_kept(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    cem, mo = await browse(cast.cem), await browse(cast.mo)
    refused = await cem.post(f"/reports/idea/{idea.id}", {"rule": "spam", "words": LONG})
    assert refused.status_code == 422
    assert LONG in refused.text
    assert not await db.scalar(select(func.count()).select_from(TextReport))
    await cem.post(f"/reports/idea/{idea.id}", {"rule": "spam", "words": LONG[-2_000:]})
    case = await newest_case(db)
    hide = {"measure": "hide", "rule": "spam"}
    refused = await decide_case(mo, case.id, {**hide, "words": LONG})
    assert refused.status_code == 422
    assert LONG in refused.text
    assert not await db.scalar(select(func.count()).select_from(ModerationDecision))
    assert (await decide_case(mo, case.id, {**hide, "words": LONG[-2_000:]})).is_redirect
    own = (await (await browse(cast.ada)).get("/moderation/own-texts")).text
    ruling = own.split('href="/moderation/decisions/')[1].split('"')[0]
    ada = await browse(cast.ada)
    refused = await ada.post(f"/moderation/decisions/{ruling}/appeal", {"text": LONG})
    assert refused.status_code == 422
    assert LONG in refused.text


async def reported(
    browser: Browser, texts: Sequence[int], monkeypatch: pytest.MonkeyPatch
) -> list[Response]:
    """What comes of reporting each of these contributions, where two in an hour are the most."""
    monkeypatch.setattr("ideahub.moderation.reporting.MOST", 2)
    monkeypatch.setattr("ideahub.moderation.reporting.MOST_OF_NETWORK", 2)
    answers = []
    for number in texts:
        at = f"/reports/contribution/{number}"
        moment = (await browser.get(at)).text.split('name="moment" value="')[1].split('"')[0]
        sent = {"rule": "spam", "moment": moment, "words": "Hm."}
        answers.append(await browser.post(at, sent))
    return answers


async def test_a_flood_is_limited_and_told_how_long(
    db: AsyncSession, cast: Cast, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    first, second, third = [await say(db, cast.ben, idea.id, f"Number {each}") for each in range(3)]
    for person, sentence in (
        (None, "Without signing in, at most 2 texts an hour can be reported from one network."),
        (cast.cem, "That was too often in a short time."),
    ):
        browser = await browse(person)
        # Of one text one report counts: what is sent twice is answered as the first time.
        answers = await reported(browser, [first, second, second, third], monkeypatch)
        assert [answer.status_code for answer in answers] == [303, 303, 303, 429]
        assert "minutes" in answers[-1].text
        assert "Hm." in answers[-1].text
        assert sentence in answers[-1].text
    assert await db.scalar(select(func.count()).select_from(TextReport)) == 4


async def test_what_is_somebody_elses_is_not_there(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    said = await say(db, cast.ben, idea.id, "Call me on 0231 555 0142.")
    await (await browse(cast.cem)).post(f"/reports/contribution/{said}", {"rule": "personal"})
    case = await newest_case(db)
    mo = await browse(cast.mo)
    await decide_case(mo, case.id, {"measure": "warn", "rule": "personal"})
    ruling = await db.scalar(select(ModerationDecision.id))
    # A moderator of somewhere else, a reader, and whoever is not signed in.
    for person, status in ((cast.zed, 404), (cast.cem, 404), (None, 303)):
        other = await browse(person)
        for address in (
            f"/moderation/cases/{case.id}",
            f"/moderation/decisions/{ruling}",
            f"/moderation/own-texts/contribution/{said}",
        ):
            answer = await other.get(address)
            assert answer.status_code in {status, 401}, address
            assert "0142" not in answer.text
    for number in (0, 10**15, 10**30):
        for address in ("cases", "decisions", "appeals", "own-texts/idea"):
            assert (await mo.get(f"/moderation/{address}/{number}")).status_code == 404, address
