"""A leader answers several ideas together, on a phone: chooses, takes a template, looks at each,
changes one, and sends all with one press; the authors are told."""

import re

from playwright.async_api import ViewportSize, expect

from ideahub.questions.models import TemplateUse
from ideahub.questions.templates import TemplateText, keep_template
from ideahub.responses.crossing import owe_for_crossings
from ideahub.responses.models import ReasonKind, Verdict
from tests.journeys.browsing import Stage, Tab
from tests.support.answering import back, with_clock
from tests.support.cast import Cast, make_cast, make_idea, viewer_of

PHONE: ViewportSize = {"width": 390, "height": 844}
TITLES = ("Seats at the tram stop", "Seats at the pool", "Seats at the cemetery gate")
OWN = "These seats come in spring."
# The clock ticks each second, and the machine may be busy.
LATER = 10_000


async def prepare(stage: Stage) -> Cast:
    """Sam owes answers to three ideas of Ada's, and there is a template."""
    async with stage.served.database.transaction() as db:
        cast = await make_cast(db)
        campaign = await with_clock(db, cast)
        for title in TITLES:
            await back(db, await make_idea(db, campaign, cast.ada, title), cast.ben, cast.cem)
        await owe_for_crossings(db)
        words = "Thank you for “{title}”. {supporters} people want it."
        text = TemplateText("Not now", words, verdict=Verdict.NOT_NOW, reason=ReasonKind.COST)
        mia = await viewer_of(db, cast.mia)
        await keep_template(db, mia, campaign, text, use=TemplateUse.IDEAS)
    return cast


async def fits(tab: Tab) -> None:
    """Fails where the page is wider than the phone."""
    wide = await tab.page.evaluate("document.documentElement.scrollWidth")
    assert wide <= PHONE["width"], tab.page.url


async def test_three_ideas_are_answered_in_one_press(stage: Stage) -> None:
    cast = await prepare(stage)
    ada = await stage.tab(cast.ada, "/")
    sam = await stage.tab(cast.sam, "/owed-answers", viewport=PHONE)
    await _choose(sam)
    await _write(sam)
    await _change_one(sam, TITLES[1])
    await _look_and_send(sam)
    await expect(ada.page.locator("#unread")).to_contain_text(re.compile(r"\d"), timeout=LATER)
    await ada.open("/notifications")
    for title in TITLES:
        await expect(ada.page.locator("main")).to_contain_text(title)
    entry = ada.page.locator("main li", has_text=TITLES[1]).first
    await entry.get_by_role("button", name="Open").click()
    await ada.sees(OWN)


async def _choose(sam: Tab) -> None:
    await fits(sam)
    for title in TITLES:
        await sam.page.get_by_label(title).check()
    await sam.button("Answer the chosen together").click()


async def _write(sam: Tab) -> None:
    await sam.page.get_by_label("Begin with a template").select_option(label="Not now")
    await sam.button("Put it in").click()
    await expect(sam.page.locator("#answer-body")).to_have_value(re.compile("Thank you for"))
    await expect(sam.page.get_by_role("radio", name="Not now")).to_be_checked()
    await sam.page.locator("#answer-would_change").fill("Cheaper seats.")
    await fits(sam)
    await sam.button("See each answer").click()
    for title in TITLES:
        await sam.sees(f"Thank you for “{title}”. 2 people want it.")
    await fits(sam)


async def _change_one(sam: Tab, title: str) -> None:
    card = sam.page.locator("section.card", has_text=title)
    await card.get_by_role("link", name="Change this one").click()
    await sam.page.get_by_role("radio", name="Yes", exact=False).first.check()
    await fits(sam)
    await sam.page.locator("#answer-body").fill(OWN)
    await sam.button("Keep it for this idea").click()


async def _look_and_send(sam: Tab) -> None:
    await sam.sees("Changed for this idea alone.")
    await expect(sam.button("Publish 3 answers")).to_have_count(0)
    await sam.button("I have looked at these").click()
    await sam.button("Publish 3 answers").click()
    await sam.sees("3 answers are public, and their authors are told.")
    await sam.sees("No answer is owed")
