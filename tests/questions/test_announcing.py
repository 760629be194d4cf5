"""Those who manage a challenge announce something: on its page, live, and once."""

import re
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Audience
from ideahub.core.events import Event, Kind
from ideahub.core.refusals import TooMany
from ideahub.core.telling import TELLS
from ideahub.questions.announcing import MOST, announce
from ideahub.questions.live import SHOWS
from ideahub.questions.models import Announcement
from ideahub.realtime.push import Push
from tests.conftest import Browse
from tests.questions.faq import a_challenge, looked_at_and_sent
from tests.support.cast import Cast, viewer_of

EVERYONE = ["followers", "entrants", "judges"]
FIRST = {"title": "We meet", "text": "On **Monday**.", "groups": "followers"}
NEWS: dict[str, Any] = {
    "title": "We meet on Monday",
    "text": "In the **hall**, at six.",
    "groups": EVERYONE,
}


async def test_it_stands_on_the_page_and_has_an_address(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await a_challenge(db, cast)
    await db.commit()
    mia, at = await browse(cast.mia), f"/management/{campaign.id}/announcements"
    for _press in range(2):
        answer = await looked_at_and_sent(mia, at, NEWS)
        assert answer.status_code == 303
    made = (await db.scalars(select(Announcement))).one()
    place = f"{campaign.url}/announcements/{made.id}"
    assert answer.headers["location"] == place
    guest = await browse(None)
    assert f'href="{place}"' in (await guest.get(campaign.url)).text
    for address in (place, f"{campaign.url}/announcements"):
        page = (await guest.get(address)).text
        assert "In the <strong>hall</strong>, at six." in page and "Mia Sato" in page
    events = (await db.scalars(select(Event))).all()
    assert [(event.kind, event.subject_id) for event in events] == [
        (Kind.ANNOUNCEMENT_MADE, made.id)
    ]


async def test_open_pages_show_it_as_a_page_opened_now_does(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await a_challenge(db, cast)
    await db.commit()
    at = f"/management/{campaign.id}/announcements"
    await looked_at_and_sent(await browse(cast.mia), at, NEWS)
    event = (await db.scalars(select(Event))).one()
    (show,) = SHOWS[Kind.ANNOUNCEMENT_MADE]
    (push,) = await show(db, event)
    assert isinstance(push, Push)
    assert (push.room, push.element_id) == (
        f"campaign:{campaign.id}",
        f"campaign-{campaign.id}-announcements",
    )
    assert push.html.strip() in (await (await browse(None)).get(campaign.url)).text


async def test_what_is_taken_back_is_kept_with_its_reason_for_those_who_manage_it(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await a_challenge(db, cast)
    await db.commit()
    mia, at = await browse(cast.mia), f"/management/{campaign.id}/announcements"
    place = (await looked_at_and_sent(mia, at, NEWS)).headers["location"]
    number = place.rpartition("/")[2]
    refused = await mia.post(f"{at}/{number}/withdrawal", {"why": ""})
    assert refused.status_code == 422 and "Say why" in refused.text
    for _press in range(2):
        assert (
            await mia.post(f"{at}/{number}/withdrawal", {"why": "Wrong day."})
        ).status_code == 303
    assert (await mia.get(place)).status_code == 404
    guest = await browse(None)
    for address in (campaign.url, f"{campaign.url}/announcements", f"{campaign.url}/feed.atom"):
        assert NEWS["title"] not in (await guest.get(address)).text
    managed = (await mia.get(at)).text
    assert NEWS["title"] in managed and "Taken back: Wrong day." in managed
    kinds = (await db.scalars(select(Event.kind).order_by(Event.id))).all()
    assert kinds == [Kind.ANNOUNCEMENT_MADE, Kind.ANNOUNCEMENT_TAKEN_BACK]


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"title": "", "text": "So."}, "Give it a title."),
        ({"title": "So", "text": ""}, "Write what is new."),
        ({"title": "x" * 200, "text": "So."}, "Shorten this to 160 characters"),
        ({"title": "So", "text": "x" * 20_001}, "Shorten this to 20,000 characters"),
    ],
)
async def test_what_cannot_be_used_is_said(
    db: AsyncSession, cast: Cast, browse: Browse, sent: dict[str, str], said: str
) -> None:
    campaign = await a_challenge(db, cast)
    await db.commit()
    page = await (await browse(cast.mia)).post(f"/management/{campaign.id}/announcements", sent)
    assert page.status_code == 422 and said in page.text
    assert sent["title"] in page.text and sent["text"] in page.text
    assert await db.scalar(select(Announcement.id)) is None


async def test_twenty_thousand_characters_are_announced(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await a_challenge(db, cast)
    await db.commit()
    sent = {"title": "Long", "text": "word " * 3_999 + "last.", "groups": EVERYONE}
    at = f"/management/{campaign.id}/announcements"
    answer = await looked_at_and_sent(await browse(cast.mia), at, sent)
    assert answer.status_code == 303


async def test_followers_are_not_flooded(db: AsyncSession, cast: Cast) -> None:
    campaign = await a_challenge(db, cast)
    mia = await viewer_of(db, cast.mia)
    for number in range(MOST):
        await announce(db, mia, campaign, f"News {number}", "So.", "<p>So.</p>")
    with pytest.raises(TooMany):
        await announce(db, mia, campaign, "And one more", "So.", "<p>So.</p>")


async def test_of_what_one_may_not_know_nothing_is_found(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    here, there = (
        await a_challenge(db, cast),
        await a_challenge(db, cast, audience=Audience.INTERNAL),
    )
    mia = await viewer_of(db, cast.mia)
    secret = await announce(db, mia, there, "Quietly", "So.", "<p>So.</p>")
    await db.commit()
    zed = await browse(cast.zed)
    for address in ("announcements", f"announcements/{secret}", "feed.atom"):
        assert (await zed.get(f"{there.url}/{address}")).status_code == 404
    # By the address of another challenge it is not found either.
    assert (await zed.get(f"{here.url}/announcements/{secret}")).status_code == 404
    manager = await browse(cast.mia)
    taken = await manager.post(
        f"/management/{here.id}/announcements/{secret}/withdrawal", {"why": "So."}
    )
    assert taken.status_code == 404
    assert (await manager.get(f"{here.url}/announcements/{10**40}")).status_code == 404


async def test_a_draft_announces_nothing(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    draft = await a_challenge(db, cast, published=False)
    await db.commit()
    page = await (await browse(cast.mia)).post(f"/management/{draft.id}/announcements", NEWS)
    assert page.status_code == 409
    assert "Nobody can read it before this is published." in page.text


async def test_a_correction_is_shown_and_told_to_nobody_again(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await a_challenge(db, cast)
    await db.commit()
    mia, at = await browse(cast.mia), f"/management/{campaign.id}/announcements"
    place = (await looked_at_and_sent(mia, at, FIRST)).headers["location"]
    edit = f"{at}/{place.rpartition('/')[2]}"
    page = (await mia.get(edit)).text
    found = re.search(r'name="seen" value="([^"]+)"', page)
    assert found and "\nOn **Monday**.</textarea>" in page
    sent = {"title": "We meet", "text": "On **Tuesday**.", "seen": found[1]}
    refused = await mia.post(edit, {**sent, "text": " "})
    assert refused.status_code == 422 and "Write what is new." in refused.text
    for _press in range(2):
        assert (await mia.post(edit, sent)).headers["location"] == place
    guest = await browse(None)
    read = (await guest.get(place)).text
    assert "On <strong>Tuesday</strong>." in read and "Corrected on" in read
    assert re.search(r"<del>.*Monday", read, re.DOTALL) and re.search(r"<ins>", read)
    entry = (await guest.get(f"{campaign.url}/feed.atom")).text
    assert "Tuesday" in entry and "Monday" not in entry
    kinds = (await db.scalars(select(Event.kind).order_by(Event.id))).all()
    assert kinds == [Kind.ANNOUNCEMENT_MADE, Kind.ANNOUNCEMENT_CHANGED]
    assert Kind.ANNOUNCEMENT_CHANGED not in TELLS
    # Another tab, in which it says Monday still.
    late = await mia.post(edit, {**sent, "text": "On Wednesday."})
    assert late.status_code == 409 and "It reads now: “On **Tuesday**.”" in plain_quotes(late.text)
    assert "\nOn Wednesday.</textarea>" in late.text
    other = await a_challenge(db, cast, title="Another one")
    await db.commit()
    number = place.rpartition("/")[2]
    assert (await mia.get(f"/management/{other.id}/announcements/{number}")).status_code == 404


def plain_quotes(text: str) -> str:
    """Without the marks that isolate what people wrote."""
    return text.replace("\u2068", "").replace("\u2069", "")
