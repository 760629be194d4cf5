"""From the first run of the scores to a final result, its award, and reasons for everyone."""

import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from playwright.async_api import expect

from ideahub.core.config import WEB
from tests.journeys.whole.played import ADAS, CEMS, PRIZE, TO_ADA, TO_CEM, Whole, row

SCRIPT = WEB.parent / "docs/recompute_scores.py"


async def publish_result(whole: Whole) -> None:
    """Mia closes the panel, runs the scores and publishes; Cem's and Ben's open pages show it."""
    mia = whole.tabs["mia"]
    cem = await whole.tab("cem", "/entries")
    await cem.link(CEMS).click()
    await cem.listening()
    await mia.button("Close scoring").click()
    await mia.button("Close scoring", within="dialog").click()
    await mia.sees("Scoring is closed.", within="body")
    await mia.link("Go to the result").click()
    await mia.button("Run the scores").click()
    await mia.sees("Score run 1")
    await expect(cem.page.get_by_text("Preliminary")).to_have_count(0)
    await publish_newest(whole)
    await cem.sees("Preliminary")
    await cem.sees("Place 2")
    await whole.tabs["ben"].sees("Place 1")


async def publish_newest(whole: Whole) -> None:
    """The run that nobody else has seen yet."""
    mia = await whole.tab("mia", f"{whole.managed}/results")
    await mia.page.locator("[aria-current=step]").get_by_role("link", name="Publish").click()
    await mia.button("Publish as preliminary").click()
    await mia.sees("published by Mia Sato")


async def appeal(whole: Whole) -> None:
    """Cem reads what a judge wrote, and wonders at his place; Mia sees his appeal at once."""
    mia, cem = await whole.tab("mia", f"{whole.managed}/results"), whole.tabs["cem"]
    await cem.link("Reasons and appeal").click()
    await cem.sees(TO_CEM)
    await cem.page.get_by_label("What is wrong, and why?").fill(
        "The score contradicts the comment."
    )
    await cem.button("Appeal").click()
    await cem.sees("It is not decided yet")
    await cem.listening()
    await mia.sees("There is 1 appeal.")


async def decide_appeal(whole: Whole) -> None:
    """Ann upholds it, and corrects the score; what was given first stays in the record."""
    ann = await whole.tab("ann", f"{whole.managed}/results")
    await ann.link("See the appeals").click()
    await ann.link("Read and decide about the appeal of entry 1").click()
    await ann.page.get_by_role("radio", name=re.compile("^Uphold it")).check()
    await ann.page.get_by_label("Why?").fill("The comment says excellent, the score says 1.")
    await ann.button("Decide").click()
    await ann.link("Correct judge 1 on Result").click()
    await ann.page.get_by_label("What should the score be?").fill("10")
    await ann.page.get_by_label("Why?").fill("A 0 was forgotten.")
    await ann.button("Correct it and run again").click()
    await ann.sees("Corrected, and run again.", within="body")
    await whole.tabs["cem"].sees("Your appeal is upheld")
    await publish_newest(whole)
    cem = await whole.tab("cem", "/entries/1")
    await cem.sees("Place 1")


async def make_final(whole: Whole) -> None:
    """After the time for appeals."""
    await whole.end_of_appeals()
    mia = await whole.tab("mia", f"{whole.managed}/results")
    await mia.button("Make it final").click()
    await mia.sees("Final since")
    await whole.tabs["cem"].sees("Final")


async def award(whole: Whole) -> None:
    """Everything about the winner is verified, then it is confirmed, and paid."""
    mia = whole.tabs["mia"]
    await mia.link("Go to the awards").click()
    await mia.page.get_by_label("Which prize?").select_option(index=1)
    await mia.page.get_by_label("Why this entry?").fill("Everybody can copy it tomorrow.")
    await mia.button("Decide").click()
    await mia.sees("What is verified")
    for at in range(await mia.page.get_by_role("button", name="It is so:").count()):
        await mia.button("It is so:", nth=at).click()
        await expect(mia.page.locator("#checklist ~ ul").get_by_text("Passed")).to_have_count(
            at + 1
        )
    await mia.button("Confirm the award").click()
    await mia.sees("everyone sees it")
    await mia.page.get_by_text("Plan a payment").click()
    await mia.page.get_by_label("For what?").fill("All of it")
    await mia.page.get_by_label("How much?").fill("5000")
    await mia.button("Plan it").click()
    await mia.page.get_by_label("Paid on").fill(f"{datetime.now(UTC):%Y-%m-%d}")
    await mia.button("Record the payment").click()
    await mia.sees("Paid on")


async def answer_everyone(whole: Whole) -> None:
    """Every entrant gets the reasons; for a newer result they are signed off anew."""
    mia = await whole.tab("mia", f"{whole.managed}/results")
    await mia.link("Go to the answers").click()
    await mia.button("Draft the answers").click()
    await mia.button("Sign off the 2 answers above").click()
    await mia.sees("2 of 2 answered")
    await mia.page.get_by_label("Entrants can read them from").fill("2026-01-01T00:00")
    await mia.button("Set the date").click()
    await mia.sees("released on")


async def ben_reads(whole: Whole) -> None:
    """What the judges wrote to his team, and what was lacking."""
    ben = whole.tabs["ben"]
    await ben.link("Reasons and appeal").click()
    await ben.sees(TO_ADA)
    await ben.sees("What it would have taken")


async def everyone_can_compute(whole: Whole, folder: Path) -> None:
    """A stranger sees the winner, has the result computed again in the browser, and takes the
    file along for the script."""
    stranger = await whole.tab("", whole.place)
    await stranger.link("See the results").click()
    await expect(row(stranger, CEMS)).to_contain_text(PRIZE)
    await stranger.sees("Final")
    await expect(stranger.page.get_by_text(ADAS)).to_have_count(0)
    await stranger.button("Compute again in this browser").click()
    await stranger.sees("The same as published")
    async with stranger.page.expect_download() as started:
        await stranger.link("Download the file").click()
    file = folder / "result.json"
    await (await started.value).save_as(file)
    ran = subprocess.run(  # noqa: ASYNC221
        [sys.executable, SCRIPT, file], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stdout.splitlines()[-1] == "matches"
