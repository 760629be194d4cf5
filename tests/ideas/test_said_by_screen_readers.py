"""What a button acts on is in its name, and what a link leads to can have the focus."""

import re
from collections.abc import Iterator
from html import unescape

from sqlalchemy.ext.asyncio import AsyncSession

from tests.conftest import Browse
from tests.support.cast import Cast, make_campaign, make_idea
from tests.support.dom import Node, section, tree
from tests.support.ripening import contribute


def names(html: str) -> set[str]:
    """The names of all buttons that support an idea, or take that back."""
    root = tree(html)
    forms = [one for one in root.walk() if "vote" in one.attributes.get("class", "").split()]
    buttons = [one for form in forms for one in form.walk() if one.tag == "button"]
    return {" ".join(_named(root, button)) for button in buttons}


def _named(root: Node, button: Node) -> Iterator[str]:
    for name in button.attributes["aria-labelledby"].split():
        element = root.find(name)
        words = unescape(re.sub(r"<[^>]+>", " ", str(element)))
        yield " ".join(words.split()) if element else f"[{name}]"


async def test_each_support_button_names_its_idea(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await make_campaign(db, cast.city)
    bus = await make_idea(db, campaign, cast.ada, "A walking bus")
    await make_idea(db, campaign, cast.ada, "Benches & trees")
    await db.commit()
    ben = await browse(cast.ben)
    assert names((await ben.get("/ideas")).text) == {
        "Support A walking bus",
        "Support Benches & trees",
    }
    assert names((await ben.get(f"/ideas/{bus.id}")).text) == {"Support A walking bus"}
    answer = await ben.post(f"/ideas/{bus.id}/vote", htmx=True)
    assert names(answer.text) == {f"You support this [idea-{bus.id}-title]"}, "of the page"


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
