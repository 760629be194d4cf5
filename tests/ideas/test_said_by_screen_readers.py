"""What a button acts on is in its name, and what a link leads to can have the focus."""

from sqlalchemy.ext.asyncio import AsyncSession

from tests.conftest import Browse
from tests.support.cast import Cast, make_campaign, make_idea
from tests.support.dom import section, tree
from tests.support.ripening import contribute


def names(html: str) -> set[str]:
    """The names of all buttons that support an idea, or take that back."""
    forms = [one for one in tree(html).walk() if one.attributes.get("class") == "vote"]
    buttons = [one for form in forms for one in form.walk() if one.tag == "button"]
    return {button.attributes.get("aria-label", "") for button in buttons}


async def test_each_support_button_names_its_idea(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await make_campaign(db, cast.city)
    bus = await make_idea(db, campaign, cast.ada, "A walking bus")
    await make_idea(db, campaign, cast.ada, "Benches & trees")
    await db.commit()
    ben = await browse(cast.ben)
    assert names((await ben.get("/ideas")).text) == {
        "Support: A walking bus",
        "Support: Benches & trees",
    }
    assert names((await ben.get(f"/ideas/{bus.id}")).text) == {"Support: A walking bus"}
    answer = await ben.post(f"/ideas/{bus.id}/vote", htmx=True)
    assert names(answer.text) == {"You support this: A walking bus"}


async def test_a_linked_contribution_can_have_the_focus(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    build = await contribute(db, idea, cast.ben)
    reply = await contribute(db, idea, cast.cem, parent_id=build.id)
    await db.commit()
    shown = (await (await browse(None)).get(f"/ideas/{idea.id}")).text
    for number in (build.id, reply.id):
        assert section(shown, f"contribution-{number}").attributes["tabindex"] == "-1"
