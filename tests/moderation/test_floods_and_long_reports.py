"""Reports that are very long, very many, or of what is not theirs to know."""

import itertools
import time

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.moderation.models import ModerationDecision, TextReport
from ideahub.moderation.reporting import MOST, MOST_OF_NETWORK
from tests.conftest import Browse
from tests.moderation.test_holding_texts import newest_case
from tests.support.cast import Cast, make_campaign, make_idea
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
    at = f"/moderation/cases/{case.id}/decision"
    refused = await mo.post(at, {"measure": "hide", "rule": "spam", "words": LONG})
    assert refused.status_code == 422
    assert LONG in refused.text
    assert not await db.scalar(select(func.count()).select_from(ModerationDecision))
    assert (
        await mo.post(at, {"measure": "hide", "rule": "spam", "words": LONG[-2_000:]})
    ).is_redirect
    own = (await (await browse(cast.ada)).get("/moderation/own-texts")).text
    ruling = own.split('href="/moderation/decisions/')[1].split('"')[0]
    ada = await browse(cast.ada)
    refused = await ada.post(f"/moderation/decisions/{ruling}/appeal", {"text": LONG})
    assert refused.status_code == 422
    assert LONG in refused.text


async def test_a_strangers_flood_is_limited_and_told_how_long(
    db: AsyncSession, cast: Cast, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    texts = [await say(db, cast.ben, idea.id, f"Number {each}") for each in range(3)]
    stranger = await browse(None)
    # A person needs some seconds to read each form.
    clock = itertools.count(int(time.time()), 5)
    monkeypatch.setattr("ideahub.moderation.web.reports.time.time", lambda: next(clock))
    answers = []
    for turn in range(MOST_OF_NETWORK + 2):
        at = f"/reports/contribution/{texts[turn % 3]}"
        page = (await stranger.get(at)).text
        moment = page.split('name="moment" value="')[1].split('"')[0]
        answers.append(await stranger.post(at, {"rule": "spam", "moment": moment, "words": "Hm."}))
    assert [answer.status_code for answer in answers[:MOST_OF_NETWORK]] == [303] * MOST_OF_NETWORK
    assert answers[-1].status_code == 429
    assert "minutes" in answers[-1].text
    assert "Hm." in answers[-1].text
    # One browser counts once for each text, however often it reports.
    assert await db.scalar(select(func.count()).select_from(TextReport)) == 3


async def test_somebody_who_is_signed_in_is_limited_too(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    cem = await browse(cast.cem)
    at = f"/reports/idea/{idea.id}"
    for _turn in range(MOST):
        assert (await cem.post(at, {"rule": "spam"})).status_code == 303
    refused = await cem.post(at, {"rule": "spam", "words": "Kept."})
    assert refused.status_code == 429
    assert "Kept." in refused.text


async def test_what_is_somebody_elses_is_not_there(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    said = await say(db, cast.ben, idea.id, "Call me on 0231 555 0142.")
    await (await browse(cast.cem)).post(f"/reports/contribution/{said}", {"rule": "personal"})
    case = await newest_case(db)
    mo = await browse(cast.mo)
    await mo.post(f"/moderation/cases/{case.id}/decision", {"measure": "warn", "rule": "personal"})
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
