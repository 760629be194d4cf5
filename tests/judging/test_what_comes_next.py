"""After each step of setting up and running, a page says what comes next, with a link."""

from datetime import UTC, datetime

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.entries.models import TriageDecision
from ideahub.judging.models import PanelCriterion
from tests.conftest import Browse, Browser
from tests.judging.panels_made import Judging, enter, make_judging, score, seat, share_out
from tests.support.cast import Cast, add
from tests.support.dom import tree


async def next_on(browser: Browser, address: str) -> tuple[str, str]:
    """The title of the step that a page names as the next, and the address of its link."""
    page = tree((await browser.get(address)).text)
    (step,) = [one for one in page.walk() if one.attributes.get("aria-labelledby") == "next-step"]
    title = next(one for one in step.walk() if one.attributes.get("id") == "next-step")
    links = [one.attributes["href"] for one in step.walk() if one.tag == "a"]
    return "".join(map(str, title.children)).strip(), next(iter(links), "")


async def test_the_way_of_a_panel(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    judging = await make_judging(db, cast, judges_per_entry=1)
    mia = await browse(cast.mia)
    managed = f"/management/{judging.campaign.id}"
    at = f"{managed}/judging/{judging.panel.id}"
    kept = judging.criteria
    await db.execute(delete(PanelCriterion))
    await db.commit()
    assert await next_on(mia, at) == ("Criteria", f"{at}/criteria")
    await _bring_back(db, judging, kept)
    assert await next_on(mia, at) == ("Judges", f"{at}#invite")
    await seat(db, judging, cast.jo)
    await db.commit()
    assert await next_on(mia, at) == ("Entries", f"{managed}/entries")
    await enter(db, judging, cast.ada)
    await db.commit()
    assert await next_on(mia, at) == ("Who scores what", f"{at}/assignment")
    (assignment,) = await share_out(db, judging, cast)
    await db.commit()
    assert await next_on(mia, at) == ("Judges score", f"{at}#judges")
    await score(db, judging, cast.jo, assignment, "7", "2")
    await db.commit()
    assert await next_on(mia, at) == ("Close scoring", f"{at}#closing")
    page = (await mia.get(at)).text
    assert 'id="closing"' in page and 'id="judges"' in page
    assert (await mia.post(f"{at}/closing")).status_code == 303
    assert await next_on(mia, at) == ("The result", f"{managed}/results")
    assert (await mia.get(f"{managed}/results")).status_code == 200
    answer = await mia.post(f"{managed}/results/{judging.panel.id}/runs")
    run = answer.headers["location"]
    title, href = await next_on(mia, run)
    assert (title, href) == (
        "Publish the preliminary result",
        f"{managed}/results/{judging.panel.id}/publication",
    )


async def _bring_back(db: AsyncSession, judging: Judging, kept: list[PanelCriterion]) -> None:
    judging.criteria = []
    for one in kept:
        columns = ("panel_id", "position", "name", "weight", "scale", "least", "most", "labels")
        values = {name: getattr(one, name) for name in columns}
        judging.criteria.append(await add(db, PanelCriterion(**values)))
    await db.commit()


async def test_from_the_form_to_judging_and_from_triage_to_judging(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    judging = await make_judging(db, cast)
    mia = await browse(cast.mia)
    managed = f"/management/{judging.campaign.id}"
    await db.commit()
    assert await next_on(mia, f"{managed}/form") == ("Judging", f"{managed}/judging")
    entry = await enter(db, judging, cast.ada)
    await db.commit()
    assert await next_on(mia, f"{managed}/entries") == ("Decide which entries are eligible", "")
    await add(
        db,
        TriageDecision(
            entry_id=entry.id,
            revision_id=entry.submitted_id,
            is_eligible=True,
            decided_by=cast.mia.id,
            created_at=datetime.now(UTC),
        ),
    )
    await db.commit()
    assert await next_on(mia, f"{managed}/entries") == ("Judging", f"{managed}/judging")


async def test_one_page_of_the_terms_leads_to_the_next(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    judging = await make_judging(db, cast)
    await db.commit()
    mia = await browse(cast.mia)
    managed = f"/management/{judging.campaign.id}"
    pages = ["rules"]
    while pages[-1] != managed and len(pages) < 9:
        at = pages[-1] if pages[-1].startswith("/") else f"{managed}/{pages[-1]}"
        pages.append((await next_on(mia, at))[1])
    names = ["prizes", "eligibility", "partners", "documents"]
    assert pages == ["rules", *(f"{managed}/{name}" for name in names), managed]
