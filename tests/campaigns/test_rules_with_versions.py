"""The rules of a challenge: written, published as versions, read, compared, and accepted."""

import asyncio
import re
from html import unescape
from itertools import pairwise
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar import Litestar
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.accepting_rules import (
    accept_rules,
    accepted_version,
    current_rules,
    must_have_accepted,
)
from ideahub.campaigns.models import Campaign, CampaignKind
from ideahub.campaigns.queries import find_managed
from ideahub.campaigns.terms_models import RulesAcceptance, RulesVersion
from ideahub.campaigns.writing_rules import WrittenRules, publish_rules, rules_state
from ideahub.core.db import Database
from ideahub.core.events import Kind
from ideahub.core.refusals import Conflict, Invalid, NotFound
from ideahub.core.text.diff import word_diff
from ideahub.http.pages import environment
from ideahub.realtime.push import Push, Refresh
from tests.campaigns.setting_up import begin, events, fill_in, only, seen_on
from tests.conftest import Browse, Browser
from tests.support.cast import Cast, make_campaign, make_cast, viewer_of

CHALLENGE = CampaignKind.CHALLENGE


async def publish(
    db: AsyncSession, cast: Cast, campaign: Campaign, text: str, **more: Any
) -> RulesVersion:
    """Mia publishes this text as the next version."""
    written = WrittenRules(text, f"<p>{text}</p>", more.pop("note", "A change."), **more)
    seen = (await rules_state(db, campaign.id)).fingerprint
    return await publish_rules(db, await viewer_of(db, cast.mia), campaign, written, seen=seen)


async def accept(db: AsyncSession, cast: Cast, campaign: Campaign, number: int) -> None:
    await accept_rules(db, await viewer_of(db, cast.cem), campaign.id, number)


async def test_where_there_are_no_rules_nobody_has_to_accept_any(
    db: AsyncSession, cast: Cast
) -> None:
    campaign = await make_campaign(db, cast.city, kind=CHALLENGE)
    assert await current_rules(db, campaign.id) is None
    await must_have_accepted(db, cast.cem.id, campaign.id)
    with pytest.raises(NotFound):
        await accept(db, cast, campaign, 1)


async def test_a_version_is_accepted_once_and_holds_until_something_material_changes(
    db: AsyncSession, cast: Cast
) -> None:
    campaign = await make_campaign(db, cast.city, kind=CHALLENGE)
    await publish(db, cast, campaign, "Be fair.")
    with pytest.raises(Conflict, match="Accept the rules first"):
        await must_have_accepted(db, cast.cem.id, campaign.id)
    await accept(db, cast, campaign, 1)
    await accept(db, cast, campaign, 1)
    assert await db.scalar(select(func.count()).select_from(RulesAcceptance)) == 1
    assert len(await events(db, Kind.RULES_ACCEPTED)) == 1
    await must_have_accepted(db, cast.cem.id, campaign.id)
    # A change that is not material asks nobody again.
    await publish(db, cast, campaign, "Be fair, please.")
    await must_have_accepted(db, cast.cem.id, campaign.id)
    with pytest.raises(Conflict, match="version 2 holds now"):
        await accept(db, cast, campaign, 1)
    await publish(db, cast, campaign, "Be fair, or leave.", material=True)
    # Nor does a later small change undo that something material was changed before.
    await publish(db, cast, campaign, "Be fair, or leave!")
    with pytest.raises(Conflict, match="changed in substance"):
        await must_have_accepted(db, cast.cem.id, campaign.id)
    accepted = await accepted_version(db, cast.cem.id, campaign.id)
    assert accepted
    assert accepted.number == 1
    await accept(db, cast, campaign, 4)
    await must_have_accepted(db, cast.cem.id, campaign.id)
    with pytest.raises(Conflict):
        await must_have_accepted(db, cast.ada.id, campaign.id)


async def test_rules_of_one_challenge_are_not_those_of_another(
    db: AsyncSession, cast: Cast
) -> None:
    one, other = [await make_campaign(db, cast.city, kind=CHALLENGE) for _ in range(2)]
    await publish(db, cast, one, "Be fair.")
    await publish(db, cast, other, "Be quick.")
    await accept(db, cast, one, 1)
    await must_have_accepted(db, cast.cem.id, one.id)
    with pytest.raises(Conflict):
        await must_have_accepted(db, cast.cem.id, other.id)


async def test_each_version_is_one_event_with_its_number(db: AsyncSession, cast: Cast) -> None:
    campaign = await make_campaign(db, cast.city, kind=CHALLENGE)
    await publish(db, cast, campaign, "Be fair.", note="")
    await publish(db, cast, campaign, "Be fair, or leave.", material=True)
    found = await events(db, Kind.RULES_CHANGED)
    assert [one.data for one in found] == [
        {"number": 1, "material": False},
        {"number": 2, "material": True},
    ]
    assert {one.campaign_id for one in found} == {campaign.id}
    assert not await events(db, Kind.CAMPAIGN_CHANGED)


async def test_a_version_needs_a_text_a_note_and_a_change(db: AsyncSession, cast: Cast) -> None:
    campaign = await make_campaign(db, cast.city, kind=CHALLENGE)
    with pytest.raises(Invalid, match="Write the rules"):
        await publish(db, cast, campaign, "")
    await publish(db, cast, campaign, "Be fair.", note="")
    with pytest.raises(Invalid, match="Say in a sentence"):
        await publish(db, cast, campaign, "Be quick.", note="")
    with pytest.raises(Invalid, match="word for word"):
        await publish(db, cast, campaign, "Be fair.", note="Nothing.")
    assert await db.scalar(select(func.max(RulesVersion.number))) == 1


async def test_a_draft_publishes_no_rules(db: AsyncSession, cast: Cast) -> None:
    campaign = await make_campaign(db, cast.city, kind=CHALLENGE, published=False)
    with pytest.raises(Conflict, match="together with the challenge"):
        await publish(db, cast, campaign, "Be fair.")


async def test_of_two_managers_who_publish_at_once_one_is_told_of_the_other(
    committing: Database,
) -> None:
    async with committing.transaction() as db:
        cast = await make_cast(db)
        campaign = await make_campaign(db, cast.city, kind=CHALLENGE)
        await publish(db, cast, campaign, "Be fair.")
        seen = (await rules_state(db, campaign.id)).fingerprint

    async def press(text: str) -> int | str:
        try:
            async with committing.transaction() as db:
                viewer = await viewer_of(db, cast.mia)
                held = await find_managed(db, viewer, campaign.id, lock=True)
                written = WrittenRules(text, text, "Mine.")
                return (await publish_rules(db, viewer, held, written, seen=seen)).number
        except Conflict as told:
            return told.reason

    answers = await asyncio.gather(press("Be fair and quick."), press("Be fair and kind."))
    told = sorted(map(str, answers))
    assert told[0] == "2"
    assert "Somebody else changed the rules" in told[1]


async def write(
    browser: Browser, campaign: Campaign, text: str, do: str = "publish", **fields: str
) -> httpx.Response:
    """Opens the page on which the rules are written, and sends its form."""
    at = f"/management/{campaign.id}/rules"
    seen = seen_on((await browser.get(at)).text)
    return await browser.post(at, {"seen": seen, "text": text, "do": do, **fields})


async def test_rules_that_are_saved_are_published_with_the_challenge(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    mia = await browse(cast.mia)
    at = await begin(mia, cast.city.id)
    await fill_in(mia, at)
    campaign = await only(db)
    assert (await write(mia, campaign, "Be **fair**.", "save")).status_code == 303
    assert "becomes version 1 when" in (await mia.get(f"{at}/rules")).text
    assert await current_rules(db, campaign.id) is None
    assert (await mia.post(f"{at}/publication")).status_code == 303
    page = (await (await browse(None)).get(f"/challenges/{campaign.id}/rules")).text
    assert "Version 1" in page
    assert "<p>Be <strong>fair</strong>.</p>" in page
    assert "Mia Sato" in page


async def test_each_version_is_read_and_compared_with_the_one_before(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await make_campaign(db, cast.city, kind=CHALLENGE)
    await db.commit()
    mia, guest = await browse(cast.mia), await browse(None)
    assert "There are no rules here yet" in (await guest.get(f"{campaign.url}/rules")).text
    await write(mia, campaign, "Be fair and quick.")
    answer = await write(
        mia, campaign, "Be fair and kind.", note="Kindness counts.", material="yes"
    )
    assert answer.status_code == 303
    for address in ("rules", "rules/2"):
        page = (await guest.get(f"{campaign.url}/{address}")).text
        assert re.search(r"<del>.*quick.*</del>", page)
        assert re.search(r"<ins>.*kind.*</ins>", page)
        assert page.count("Material change") == 2
        assert "Kindness counts." in page
    page = (await guest.get(f"{campaign.url}/rules/1")).text
    assert "Be fair and quick." in page
    assert "These are earlier rules." in page
    for missing in ("3", "0", "9999999999999999999999"):
        assert (await guest.get(f"{campaign.url}/rules/{missing}")).status_code == 404
    page = re.sub(r"[\u2066-\u2069]|<bdi>|</bdi>", "", (await guest.get(campaign.url)).text)
    assert "Version 2 (before: Version 1)" in page
    assert "Kindness counts." in page


async def test_rules_of_a_draft_and_of_an_idea_box_are_unknown(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    draft = await make_campaign(db, cast.city, kind=CHALLENGE, published=False)
    box = await make_campaign(db, cast.city)
    await db.commit()
    zed, mia, guest = await browse(cast.zed), await browse(cast.mia), await browse(None)
    for one in (draft, box):
        assert (await zed.get(f"/challenges/{one.id}/rules")).status_code == 404
        assert (await zed.get(f"/management/{one.id}/rules")).status_code in {403, 404}
        answer = await zed.post(f"/challenges/{one.id}/rules/1/acceptance")
        assert answer.status_code == 404
    assert (await mia.get(f"/management/{box.id}/rules")).status_code == 404
    assert (await zed.post(f"/management/{box.id}/rules", {"text": "x"})).status_code in {403, 404}
    answer = await guest.post(f"/challenges/{box.id}/rules/1/acceptance")
    assert answer.status_code in {303, 401}


async def test_what_was_written_is_kept_where_somebody_else_published_meanwhile(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await make_campaign(db, cast.city, kind=CHALLENGE)
    await db.commit()
    mia, ann = await browse(cast.mia), await browse(cast.ann)
    at = f"/management/{campaign.id}/rules"
    seen = seen_on((await ann.get(at)).text)
    await write(mia, campaign, "Be fair and quick.")
    sent = {"text": "Be fair and kind.", "note": "Kind.", "do": "publish"}
    answer = await ann.post(at, {"seen": seen, **sent})
    assert answer.status_code == 409
    assert "Somebody else changed the rules" in answer.text
    assert ">\nBe fair and kind.</textarea>" in answer.text
    assert re.search(r"<del>.*quick.*</del>", answer.text)
    # Now she has seen it.
    answer = await ann.post(at, {"seen": seen_on(answer.text), **sent})
    assert answer.status_code == 303
    newest = await current_rules(db, campaign.id)
    assert newest
    assert (newest.number, newest.text) == (2, "Be fair and kind.")


async def test_one_looks_at_the_rules_before_they_are_published(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await make_campaign(db, cast.city, kind=CHALLENGE)
    await publish(db, cast, campaign, "Be fair.")
    await db.commit()
    mia = await browse(cast.mia)
    answer = await write(mia, campaign, "Be **kind**.", "look")
    assert answer.status_code == 200
    assert "<p>Be <strong>kind</strong>.</p>" in answer.text
    assert re.search(r"<del>.*fair.*</del>", answer.text)
    assert await db.scalar(select(func.max(RulesVersion.number))) == 1


async def test_a_text_that_is_too_long_is_refused_and_kept(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await make_campaign(db, cast.city, kind=CHALLENGE)
    await db.commit()
    mia = await browse(cast.mia)
    words = "long " * 4_001
    for do in ("save", "publish", "look"):
        answer = await write(mia, campaign, words, do)
        assert answer.status_code == 422
        assert "Shorten this to 20,000 characters" in answer.text
        assert words.strip() in answer.text


async def test_a_person_accepts_on_the_page_and_sees_what_was_changed_since(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await make_campaign(db, cast.city, kind=CHALLENGE)
    await publish(db, cast, campaign, "Be fair.")
    await accept(db, cast, campaign, 1)
    await publish(db, cast, campaign, "Be fair and quick.", material=True)
    await publish(db, cast, campaign, "Be fair, and quick.")
    await db.commit()
    cem = await browse(cast.cem)
    page = (await cem.get(f"{campaign.url}/rules")).text
    assert "You accepted version 1." in page
    assert "Read what was" not in page
    answer = await cem.post(f"{campaign.url}/rules/2/acceptance")
    assert answer.status_code == 409
    assert "version 3 holds now" in answer.text
    for back, to in (("/account", "/account"), ("//evil.example", f"{campaign.url}/rules")):
        answer = await cem.post(f"{campaign.url}/rules/3/acceptance", {"next": back})
        assert (answer.status_code, answer.headers["location"]) == (303, to)
    assert "You have accepted version 3" in (await cem.get(f"{campaign.url}/rules")).text
    assert "accepted" not in (await (await browse(cast.ada)).get(f"{campaign.url}/rules")).text


@given(st.lists(st.text(max_size=60), min_size=2, max_size=4))
def test_what_is_shown_as_different_are_the_texts_themselves(texts: list[str]) -> None:
    for old, new in pairwise(texts):
        run = word_diff(old, new)
        assert "".join(text for kind, text in run if kind != "removed") == new
        assert "".join(text for kind, text in run if kind != "added") == old
        html = environment.from_string(
            '{% from "components/diff.html" import pieces %}{{ pieces(run) }}'
        ).render(run=run)
        bare = re.sub(r'<span class="sr-only">.*?</span>', "", html)
        kept = re.sub(r"<del>.*?</del>", "", bare, flags=re.DOTALL)
        assert unescape(re.sub(r"<[^>]*>", "", kept)) == new


async def test_open_pages_are_told_of_a_new_version(
    db: AsyncSession, cast: Cast, app: Litestar
) -> None:
    campaign = await make_campaign(db, cast.city, kind=CHALLENGE)
    await publish(db, cast, campaign, "Be fair.")
    await publish(db, cast, campaign, "Be kind.")
    event = (await events(db, Kind.RULES_CHANGED))[-1]
    told = [
        one for show in app.state.hub.shows[Kind.RULES_CHANGED] for one in await show(db, event)
    ]
    assert Refresh(f"campaign:{campaign.id}") in told
    pushed = {one.element_id: one.html for one in told if isinstance(one, Push)}
    assert "Version 2" in pushed[f"campaign-{campaign.id}-changes"]
