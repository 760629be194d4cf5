"""Pages that are open while a phase closes or opens turn with it, and keep what somebody typed."""

from datetime import timedelta

from playwright.async_api import Page, Request, expect
from sqlalchemy import func, update

from ideahub.campaigns.models import CampaignKind, Phase
from tests.journeys.browsing import SOON
from tests.journeys.playing import Play
from tests.support.cast import make_campaign

CHALLENGE = CampaignKind.CHALLENGE
TYPED = "A second adult at the crossing."
# Milliseconds from setting the closing until it is there, and until it is seen.
CLOSED = 1_000 + SOON


async def move(play: Play, *, closes: timedelta | None, opens: timedelta) -> None:
    """The phase opens and closes so long from now; the clock has announced neither."""
    values = {
        "opens_at": func.now() + opens,
        "closes_at": None if closes is None else func.now() + closes,
        "opening_announced_at": None,
        "closing_announced_at": None,
    }
    async with play.stage.served.database.transaction() as db:
        own = Phase.campaign_id == play.campaign.id
        await db.execute(update(Phase).where(own).values(values))


def fetched(page: Page) -> list[str]:
    """The requests that the page sends from now on."""
    sent: list[str] = []

    def note(request: Request) -> None:
        sent.append(f"{request.method} {request.url}")

    page.on("request", note)
    return sent


async def test_controls_turn_at_the_closing_and_the_opening(play: Play) -> None:
    ben, elsewhere = await play.at_idea(play.cast.ben), await play.at_idea(None)
    lists = await play.stage.tab(None, "/ideas")
    await ben.page.locator("#contribute-body").fill(TYPED)
    for tab in (ben, elsewhere, lists):
        await expect(tab.button("Support")).to_be_visible()
    sent = fetched(elsewhere.page)

    await move(play, opens=timedelta(days=-9), closes=timedelta(seconds=1))
    for tab in (ben, elsewhere, lists):
        await expect(tab.button("Support")).to_be_hidden(timeout=CLOSED)
    await expect(play.part(elsewhere, "support-box")).to_contain_text("Support has just closed.")
    await expect(elsewhere.page.get_by_text("Sign in to add yours")).to_be_hidden()
    # What Ben typed is still there, but there is nothing to send it with.
    await expect(ben.page.locator("#contribute-body")).to_have_value(TYPED)
    await expect(ben.page.locator("#contribute-body")).to_be_visible()
    await expect(ben.button("Build on this")).to_be_hidden()
    await expect(play.part(ben, "contribute")).to_contain_text("The conversation has just closed.")
    # The closing costs nothing for whoever looks on.
    assert sent == []

    await move(play, opens=timedelta(seconds=1), closes=timedelta(hours=1))
    for tab in (ben, elsewhere, lists):
        await expect(tab.button("Support")).to_be_visible(timeout=CLOSED)
    await expect(ben.button("Build on this")).to_be_visible()


async def test_a_page_opened_before_the_opening_gets_its_controls(play: Play) -> None:
    await move(play, opens=timedelta(seconds=6), closes=timedelta(hours=1))
    ben = await play.at_idea(play.cast.ben)
    await expect(ben.page.locator("#main")).to_contain_text("Support is not open here")
    await expect(ben.button("Support")).to_be_visible(timeout=6_000 + CLOSED)
    await expect(ben.page.locator("#contribute-body")).to_be_visible(timeout=SOON)
    await ben.button("Support").click()
    await play.sees_count(ben, 6)


async def test_writing_a_new_idea_over_the_closing(play: Play) -> None:
    ben = await play.stage.tab(play.cast.ben, f"/ideas/new?within={play.campaign.id}")
    await ben.page.get_by_label("Your idea in one line").fill(TYPED)
    closed = ben.page.get_by_text("This has just closed for new ideas.")
    await expect(closed).to_be_hidden()
    await move(play, opens=timedelta(days=-9), closes=timedelta(seconds=1))
    await expect(closed).to_be_visible(timeout=CLOSED)
    await expect(ben.page.get_by_label("Your idea in one line")).to_have_value(TYPED)


async def test_the_plan_is_said_while_it_is_typed(play: Play) -> None:
    async with play.stage.served.database.transaction() as db:
        draft = await make_campaign(db, play.cast.city, published=False, kind=CHALLENGE)
    mia = await play.stage.tab(play.cast.mia, f"/management/{draft.id}/phases")
    await mia.page.get_by_label("Closes").fill("2099-03-01T18:00")
    plan = mia.page.locator("#schedule")
    await expect(plan).to_contain_text("ideas, support and builds until", timeout=SOON)
    await expect(plan).to_contain_text("1 Mar 2099, 18:00")
    # What it is for sets what people can do then.
    await mia.page.get_by_label("What is it for?").select_option("voting")
    await expect(mia.page.get_by_label("New ideas")).not_to_be_checked()
    await expect(mia.page.get_by_label("Support")).to_be_checked()
    await expect(plan).to_contain_text("support until", timeout=SOON)
    await mia.page.get_by_label("New ideas").check()
    await expect(plan).to_contain_text("is not for collecting ideas", timeout=SOON)
