"""A panel of three judges, from its invitations to its last scorecard."""

from datetime import timedelta

from playwright.async_api import expect

from tests.journeys.browsing import SOON, Tab
from tests.journeys.whole.played import ADAS, CEMS, TO_ADA, TO_CEM, TURNED, Whole, row

CRITERIA = (("Result", "60"), ("Can be copied", "40"))


async def set_up_panel(whole: Whole) -> None:
    """The template has brought a panel: two judges for each entry, and fewer criteria."""
    mia = await whole.tab("mia", whole.managed)
    await mia.link("Open: Jury").click()
    whole.panel = int(mia.page.url.rpartition("/")[2])
    await mia.link("Settings").click()
    await mia.page.get_by_label("How many judges score each entry?").fill("2")
    await mia.button("Save").click()
    await mia.sees("2 judges for each entry.")
    await mia.link("Edit: Criteria and weights").click()
    for at in (3, 1):
        await mia.page.locator(f"#criterion-{at}").get_by_role("button", name="Remove").click()
    for at, (name, weight) in enumerate(CRITERIA):
        await expect(mia.page.locator(f"#criterion-{at}-name")).to_have_value(name)
        await mia.page.locator(f"#criterion-{at}-weight").fill(weight)
        await mia.page.locator(f"#criterion-{at}-entrant").select_option("required")
    await mia.sees("Sum of the weights: 100 %")
    await mia.button("Save", nth=-1).click()
    await mia.sees("Their weights sum to 100 %", within="body")


async def invite_judges(whole: Whole) -> None:
    """Three of them, at once."""
    mia = await whole.tab("mia", whole.managed)
    await mia.link("Open: Jury").click()
    judges = [whole.cast.jo, whole.cast.zed, whole.lea]
    await mia.page.get_by_label("Mail addresses").fill("\n".join(one.email or "" for one in judges))
    await mia.button("Send invitations").click()
    for one in judges:
        await mia.sees(one.email or "", within="#judges")
    await mia.listening()


async def judges_accept(whole: Whole) -> None:
    """Each by the link of a mail; Mia's open page shows who is ready."""
    mia = whole.tabs["mia"]
    for name, person in (("jo", whole.cast.jo), ("zed", whole.cast.zed), ("lea", whole.lea)):
        judge = await whole.tab(name, await whole.link_in_mail(person, "/judging/invitations/"))
        await judge.page.get_by_label("I accept the terms").check()
        await judge.button("Accept").click()
        await judge.sees("With whom do you have a conflict of interest?")
        await (jo_declares if name == "jo" else has_no_conflict)(judge)
        await judge.sees("No entry is assigned to you yet")
        await judge.listening()
        await expect(row(mia, person.name)).to_contain_text("Ready", timeout=SOON)
    await expect(row(mia, "Jo Klein")).to_contain_text("1 conflict")


async def has_no_conflict(judge: Tab) -> None:
    """The names are listed, but nothing ties the judge to them."""
    await expect(row(judge, "Ben Okoye")).not_to_contain_text("as you")
    await judge.button("I have no conflict").click()


async def jo_declares(jo: Tab) -> None:
    """She works with Ben, at which the site hints."""
    await expect(row(jo, "Ben Okoye")).to_contain_text("works for the same organisation as you")
    await jo.link("I have a conflict with Ben Okoye").click()
    await jo.page.get_by_label("We work or worked for the same employer").check()
    await jo.button("Declare this conflict").click()
    await jo.button("These are all my conflicts").click()


async def assign(whole: Whole) -> None:
    """Judging begins, and every judge's open page shows what is theirs."""
    await whole.turn("Entries", opens=None, closes=timedelta(seconds=0))
    await whole.turn("Jury", opens=timedelta(seconds=0), closes=None)
    await expect(whole.tabs["cem"].link("Change it")).to_be_hidden(timeout=TURNED)
    mia = whole.tabs["mia"]
    await mia.link("Share out the entries").click()
    await mia.button("Assign like this").click()
    await mia.sees("0 of 4")
    for name in ("jo", "zed", "lea"):
        await whole.tabs[name].sees("Score it")


async def tab_to(tab: Tab, what: str) -> None:
    """Presses the Tab key until something like this, by its selector, has the focus."""
    for _press in range(60):
        await tab.page.keyboard.press("Tab")
        if await tab.page.evaluate("what => document.activeElement.matches(what)", what):
            return
    raise AssertionError(what)


async def score(whole: Whole, name: str, title: str, scores: str, words: str) -> None:
    """A judge scores an entry by keyboard alone: a digit and a comment for each criterion."""
    judge = await whole.tab(name, f"/judging/{whole.panel}")
    await row(judge, title).get_by_role("link").click()
    await judge.sees("Your scorecard")
    here = judge.page.url
    for digit in scores:
        await tab_to(judge, "[data-keys] input[type=radio]")
        await judge.page.keyboard.press(digit)
        await tab_to(judge, "[data-keys] textarea")
        await judge.page.keyboard.type(words)
    await tab_to(judge, "button[value=finish]")
    await judge.page.keyboard.press("Enter")
    await expect(judge.page).not_to_have_url(here)


async def judges_score(whole: Whole) -> None:
    """Mia sees how far they are, but nothing of what they gave."""
    mia = await whole.tab("mia", f"{whole.managed}/judging/{whole.panel}")
    await score(whole, "jo", CEMS, "19", TO_CEM)
    await expect(row(mia, "Jo Klein")).to_contain_text("Finished", timeout=SOON)
    await mia.sees("1 of 4")
    twice, once = await who_has_two(whole)
    await sees_nothing_of_jo(whole, twice)
    await steps_back(whole, twice, once)
    await score(whole, once, CEMS, "88", "Well done.")
    for name in (twice, once):
        await score(whole, name, ADAS, "77", TO_ADA)
    await mia.sees("4 of 4")
    await expect(mia.page.get_by_text(TO_CEM)).to_have_count(0)


async def who_has_two(whole: Whole) -> tuple[str, str]:
    """Of Zed and Lea who was given both entries, and who only one."""
    zed = await whole.tab("zed", f"/judging/{whole.panel}")
    both = await row(zed, CEMS).count()
    return ("zed", "lea") if both else ("lea", "zed")


async def sees_nothing_of_jo(whole: Whole, name: str) -> None:
    """A colleague who scores the same entry opens it, and tries to open Jo's scorecard."""
    await row(whole.tabs["jo"], CEMS).get_by_role("link").click()
    jos = whole.tabs["jo"].page.url
    judge = whole.tabs[name]
    await row(judge, CEMS).get_by_role("link").click()
    await judge.sees("Your scorecard")
    await expect(judge.page.get_by_text(TO_CEM)).to_have_count(0)
    answer = await judge.page.goto(jos)
    assert answer
    assert answer.status == 404


async def steps_back(whole: Whole, name: str, other: str) -> None:
    """A judge finds a conflict late; the other one's open page gets the entry."""
    waiting = await whole.tab(other, f"/judging/{whole.panel}")
    await expect(row(waiting, CEMS)).to_have_count(0)
    judge = await whole.tab(name, f"/judging/{whole.panel}")
    await row(judge, CEMS).get_by_role("link").click()
    await judge.link("I cannot judge this").click()
    await judge.page.get_by_label("I helped with this entry").check()
    await judge.page.get_by_label("Why").fill("I lent them the paint.")
    await judge.button("Step back from this entry").click()
    await expect(row(waiting, CEMS)).to_be_visible(timeout=SOON)
