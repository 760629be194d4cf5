"""A visitor's browser computes a result again, in other code than ours, and says how in words."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from playwright.async_api import Browser, Page, Route, expect

from ideahub.core.config import WEB
from ideahub.core.languages import in_language
from ideahub.http.assets import asset
from ideahub.http.pages import render
from ideahub.results.canonical import canonical
from ideahub.results.computing import export, run
from ideahub.results.publishing import Publication, publish_result
from ideahub.results.running_scores import run_scores
from ideahub.results.score_inputs import ScoredCriterion, make_inputs
from ideahub.results.scoring_rule import MissingScores, PanelMethod, ScoringRule
from ideahub.results.step_words import decimal_sign, told, words_for_scripts
from ideahub.results.steps import steps_of
from tests.journeys.browsing import Stage
from tests.results.judged import judged
from tests.results.panels import POINTS, STARS, MadeUpPanel, made_up_panels
from tests.support.cast import make_cast, viewer_of

SITE = "https://results.example"
ASSETS = WEB / "assets"
MODULE = """
  import { check } from "/js/recomputing/check.js";
  import { stepsOf, told } from "/js/recomputing/steps.js";
  window.checking = async (text, words) => {
    const published = JSON.parse(text);
    const { same, entries, unknown, parts, marks } = await check(published);
    const steps = entries.map(({ mine }) =>
      stepsOf(published, mine).map((step) => told(step, words)));
    return { same, entries, unknown, parts, marks, steps };
  };
"""


class Site:
    """What the browser is given at each address; nothing else is on the net."""

    def __init__(self) -> None:
        self.files = {"/blank": ("text/html", f'<script type="module">{MODULE}</script>')}

    async def answer(self, route: Route) -> None:
        path = route.request.url.removeprefix(SITE)
        if path in self.files:
            kind, body = self.files[path]
            await route.fulfill(content_type=kind, body=body)
        elif path.endswith(".js"):
            await route.fulfill(
                content_type="text/javascript", body=(ASSETS / path[1:]).read_text()
            )
        else:
            await route.fulfill(status=404, body="")

    def put_result(self, published: bytes, language: str = "en") -> None:
        """A page of results that has the button, with our words and the modules as they are."""
        with in_language(language):
            part = render(
                "results/_recomputing.html",
                export_path="/result.json",
                step_words=words_for_scripts(),
                decimal_sign=decimal_sign(),
            )
        part = part.replace(asset("recompute.js"), "/recompute.js")
        page = f'{part}<script type="module" src="/js/recomputing-button.js"></script>'
        self.files["/result"] = ("text/html", f'<!doctype html><meta charset="utf-8">{page}')
        self.files["/result.json"] = ("application/json", published.decode())


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture
async def browser_page(chromium: Browser, site: Site) -> AsyncIterator[Page]:
    context = await chromium.new_context()
    page = await context.new_page()
    await page.route("**/*", site.answer)
    yield page
    await context.close()


async def checked(page: Page, panel: MadeUpPanel) -> tuple[dict[str, Any], list[list[str]]]:
    """What the browser found, and the sentences of ours for each entry."""
    output = run(panel.rule, panel.inputs)
    text = export(panel.rule, panel.inputs, output).decode()
    found = await page.evaluate(
        "([text, words]) => checking(text, words)", [text, words_for_scripts()]
    )
    steps = [
        [told(step) for step in steps_of(panel.rule, panel.inputs, output, one.entry)]
        for one in output.entries
    ]
    return found, steps


@settings(
    max_examples=120,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(panel=st.one_of(made_up_panels(), made_up_panels(few=True)))
def made_up(into: list[MadeUpPanel], panel: MadeUpPanel) -> None:
    """Collects panels."""
    into.append(panel)


async def test_browser_and_server_come_to_the_same(browser_page: Page) -> None:
    """For panels of every kind: ties, missing scores, medians, trimmed means, recusals."""
    await browser_page.goto(f"{SITE}/blank")
    await browser_page.wait_for_function("!!window.checking")
    panels: list[MadeUpPanel] = []
    made_up(into=panels)
    assert len(panels) > 100
    for panel in panels:
        found, steps = await checked(browser_page, panel)
        assert found["same"] and found["marks"] == {"checked": True, "differing": []}, found
        assert found["steps"] == steps


def a_result() -> dict[str, Any]:
    """The file of a small result."""
    criteria = [
        ScoredCriterion("quality", "Quality", "60", POINTS),
        ScoredCriterion("reach", "Reach", "40", STARS),
    ]
    scores = {
        ("Rose", "Judge 1"): ("10", "4"),
        ("Rose", "Judge 2"): ("7", "2"),
        ("Oak", "Judge 1"): ("3", "1"),
        ("Fern", "Judge 2"): ("9", "1"),
    }
    rule = ScoringRule(
        method=PanelMethod.MEDIAN, missing=MissingScores.LEAVE_OUT_JUDGE, ties=("reach",)
    )
    entries, judges = ["Fern", "Oak", "Rose"], ["Judge 1", "Judge 2"]
    inputs = make_inputs(criteria, entries, judges, scores, scores, [("Fern", "Judge 2")])
    file: dict[str, Any] = json.loads(export(rule, inputs, run(rule, inputs)))
    return file


async def press(page: Page) -> None:
    await page.goto(f"{SITE}/result")
    await page.get_by_role("button", name="Compute again in this browser").click()


async def test_step_by_step_in_words(site: Site, browser_page: Page) -> None:
    site.put_result(canonical(a_result()))
    await press(browser_page)
    said = browser_page.get_by_role("status")
    await expect(said).to_contain_text("The same as published")
    await expect(said).to_contain_text("nothing was altered afterwards")
    lines = browser_page.locator("[data-line]")
    await expect(lines).to_have_text(
        [
            "Rank 1: Rose, with 77.67. The same as published.",
            "Rank 2: Oak, with 18.00. The same as published.",
            "No rank: Fern. The same as published.",
        ]
    )
    await lines.first.click()
    steps = browser_page.locator("[data-steps]").first.locator("li")
    await expect(steps.nth(1)).to_have_text(
        "Judge Judge 1 gave 10 on “Quality”, where scores go from 0 to 10. That is worth 100.00 of "
        "100, and with a weight of 60 % it adds 60.00."
    )
    await expect(steps.last).to_have_text(
        "Entries that are better: 0. So the rank of this one is 1."
    )


async def test_what_was_altered_is_found_and_named(site: Site, browser_page: Page) -> None:
    altered = a_result()
    altered["output"]["entries"][1]["rank"] = 1
    altered["inputs"]["given"][0]["scores"][0] = "4"
    site.put_result(canonical(altered))
    await press(browser_page)
    said = browser_page.get_by_role("status")
    await expect(said).to_contain_text("Not the same as published")
    await expect(said).to_contain_text(
        "altered after their fingerprint was taken: the scores, the result."
    )
    await expect(browser_page.locator("[data-differs]")).to_have_text(
        "Rank 2: Oak, with 24.00. Published is something else: the value, the values on the "
        "criteria, the totals of the judges, the rank."
    )


@pytest.mark.parametrize("text", ["", "{}", "<p>Not found</p>"])
async def test_a_file_that_cannot_be_read(site: Site, browser_page: Page, text: str) -> None:
    site.put_result(text.encode())
    await press(browser_page)
    await expect(browser_page.get_by_role("status")).to_contain_text("could not fetch or read")
    # It can be tried again.
    site.put_result(canonical(a_result()))
    await browser_page.get_by_role("button").click()
    await expect(browser_page.get_by_role("status")).to_contain_text("The same as published")


async def test_without_https_the_rest_is_still_checked(site: Site, browser_page: Page) -> None:
    await browser_page.add_init_script(
        "Object.defineProperty(crypto, 'subtle', { value: undefined })"
    )
    site.put_result(canonical(a_result()))
    await press(browser_page)
    said = browser_page.get_by_role("status")
    await expect(said).to_contain_text("The same as published")
    await expect(said).to_contain_text("these were not checked")


async def test_a_long_list_begins_with_some(site: Site, browser_page: Page) -> None:
    file = a_result()
    entries = [f"E{number:03}" for number in range(400)]
    scores = {(entry, "J"): (str(number % 11), "2") for number, entry in enumerate(entries)}
    rule = ScoringRule(method=PanelMethod.MEAN, missing=MissingScores.REFUSE)
    criteria = [
        ScoredCriterion("quality", "Quality", "60", POINTS),
        ScoredCriterion("reach", "Reach", "40", STARS),
    ]
    inputs = make_inputs(criteria, entries, ["J"], scores, scores)
    file = json.loads(export(rule, inputs, run(rule, inputs)))
    file["output"]["entries"][350]["shared_by"] = 0
    site.put_result(canonical(file))
    await press(browser_page)
    await expect(browser_page.get_by_role("status")).to_contain_text("first 300 entries")
    await expect(browser_page.locator("[data-line]")).to_have_count(301)
    await expect(browser_page.locator("[data-line]").last).to_contain_text(
        "how many share the rank"
    )


async def test_numbers_are_as_the_language_writes_them(site: Site, browser_page: Page) -> None:
    site.put_result(canonical(a_result()), "en-XA")
    await browser_page.goto(f"{SITE}/result")
    await browser_page.evaluate(
        "document.querySelector('[data-recompute]').dataset.decimalSign = ','"
    )
    await browser_page.get_by_role("button").click()
    await expect(browser_page.locator("[data-line]").first).to_contain_text("77,67")


async def test_it_says_so_where_the_script_cannot_be_fetched(
    site: Site, browser_page: Page
) -> None:
    site.put_result(canonical(a_result()))
    site.files["/recompute.js"] = ("text/plain", "")
    await browser_page.goto(f"{SITE}/result")
    for _press in range(2):
        await browser_page.get_by_role("button").click()
        await expect(browser_page.get_by_role("status")).to_contain_text("Try again in a moment")
        await expect(browser_page.get_by_role("button")).not_to_have_attribute("aria-busy", "true")


async def test_on_the_page_of_a_result_that_was_published(stage: Stage) -> None:
    """With the script that is built, the policy of the site, and the file as it is published."""
    async with stage.served.database.transaction() as db:
        cast = await make_cast(db)
        made = await judged(db, cast)
        viewer = await viewer_of(db, cast.mia)
        ran = await run_scores(db, viewer, made.campaign, made.panel)
        until = datetime.now(UTC) + timedelta(days=14)
        publication = Publication(ran.run.id, until, "Europe/Oslo")
        await publish_result(db, viewer, made.campaign, made.panel, publication, seen=0)
    tab = await stage.tab(None, made.public)
    fetched = "performance.getEntriesByType('resource').filter(({name}) => /recompute/.test(name))"
    # Whoever only reads gets no script for it.
    assert await tab.page.evaluate(f"{fetched}.length") == 0
    await tab.button("Compute again in this browser").click()
    await tab.sees("The same as published", within="[data-recompute-said]")
    await tab.sees("nothing was altered afterwards", within="[data-recompute-said]")
    await expect(tab.page.locator("[data-line]")).to_have_text(
        [
            "Rank 1: E0001, with 82.67. The same as published.",
            "Rank 2: E0003, with 59.33. The same as published.",
            "Rank 3: E0002, with 54.67. The same as published.",
        ]
    )
    stage.check()
