"""Two people change the same form at once: in each form that changes what exists, one press puts
both changes together, shows what was done, and saves nothing yet."""

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.http.joining_fields import join_lists, join_rows, join_whole
from ideahub.ideas.models import CoAuthor, Idea
from ideahub.pipeline.models import Experiment
from tests.campaigns.setting_up import begin
from tests.conftest import Browse, Browser
from tests.pipeline.test_trying_it_out import planned
from tests.support.cast import Cast, make_campaign, make_idea
from tests.support.dom import Node, tree

TEXT = "Children walk together in a line, with two adults."
BUTTON = "Put both together"
WRONG: list[Any] = [7, ["So"], {}, None]


def fields_of(html: str, action: str) -> dict[str, Any]:
    """What a browser would send of the form with this address, its buttons left out."""
    forms = (node for node in tree(html).walk() if node.tag == "form")
    form = next(one for one in forms if one.attributes.get("action") == action)
    found: dict[str, Any] = {}
    for field in form.walk():
        name, kind = field.attributes.get("name"), field.attributes.get("type")
        if not name or field.tag == "button":
            continue
        if kind in {"checkbox", "radio"} and "checked" not in field.attributes:
            continue
        value = field.attributes.get("value", "")
        if field.tag == "textarea":
            value = _written(html, field.attributes["id"])
        if field.tag == "select":
            value = next((_chosen(one) for one in field.walk() if "selected" in one.attributes), "")
        found[name] = [*found[name], value] if name == "whys" and name in found else value
        if name == "whys" and isinstance(found[name], str):
            found[name] = [value]
    return found


def _chosen(option: Node) -> str:
    return option.attributes.get("value", "".join(map(str, option.children)))


def _written(html: str, element_id: str) -> str:
    """What stands in a textarea, with its line ends."""
    found = re.search(rf'<textarea[^>]*id="{element_id}"[^>]*>\n(.*?)</textarea>', html, re.DOTALL)
    assert found, element_id
    return found[1]


async def opened(browser: Browser, url: str) -> dict[str, Any]:
    """The form as somebody opens it."""
    return fields_of((await browser.get(url)).text, url)


async def both_saved(
    first: Browser, second: Browser, url: str, theirs: dict[str, Any], mine: dict[str, Any]
) -> tuple[dict[str, Any], str]:
    """Both open the form; the first saves, then the second. What the second sent, and the page
    that they are answered."""
    start, own = await opened(first, url), await opened(second, url)
    assert (await first.post(url, start | theirs)).status_code == 303
    answer = await second.post(url, own | mine)
    assert answer.status_code == 409
    return own | mine, answer.text


@pytest.fixture
async def step(db: AsyncSession, cast: Cast, browse: Browse) -> tuple[Browser, Browser, str, int]:
    """Ann and Mia, and the address of a challenge of theirs."""
    mia, ann = await browse(cast.mia), await browse(cast.ann)
    at = await begin(mia, cast.city.id)
    details = {
        "description": TEXT,
        "timezone": "UTC",
        "topics": "roads, schools",
        "prize": "A bench",
    }
    framing = {"question": "How might we walk?", "whys": ["One", "Two"]}
    for url, texts in ((f"{at}/details", details), (f"{at}/framing", framing)):
        assert (await mia.post(url, await opened(mia, url) | texts)).status_code == 303
    return ann, mia, at, int(at.rpartition("/")[2])


async def test_a_step_of_a_challenge(
    db: AsyncSession, step: tuple[Browser, Browser, str, int]
) -> None:
    ann, mia, at, number = step
    url = f"{at}/details"
    theirs = {"description": TEXT.replace("two", "three"), "topics": "roads, trees"}
    mine = {
        "description": TEXT.replace("Children", "Pupils"),
        "topics": "roads, schools, benches",
        "allows_pseudonyms": "yes",
    }
    sent, page = await both_saved(ann, mia, url, theirs, mine)
    assert BUTTON in page
    shown = fields_of(page, url)
    assert shown["description"] == mine["description"]
    answer = await mia.post(url, shown | {"do": "join"})
    assert answer.status_code == 200
    both = fields_of(answer.text, url)
    assert both["description"] == TEXT.replace("two", "three").replace("Children", "Pupils")
    assert both["topics"] == "roads, trees, benches"
    assert both["allows_pseudonyms"]
    assert "It is not saved yet" in answer.text
    assert BUTTON not in answer.text
    # What was typed is still there to be read.
    assert _written(answer.text, "own-description") == sent["description"]
    row = await db.get_one(Campaign, number, populate_existing=True)
    assert row.description == theirs["description"]
    assert (await mia.post(url, both)).status_code == 303
    row = await db.get_one(Campaign, number, populate_existing=True)
    assert row.description == both["description"]
    assert row.topics == ["roads", "trees", "benches"]
    assert row.allows_pseudonyms


async def test_a_row_of_answers(step: tuple[Browser, Browser, str, int]) -> None:
    ann, mia, at, _number = step
    url = f"{at}/framing"
    theirs, mine = {"whys": ["One by one", "Two"]}, {"whys": ["One", "Two", "Three"]}
    _sent, page = await both_saved(ann, mia, url, theirs, mine)
    both = fields_of((await mia.post(url, fields_of(page, url) | {"do": "join"})).text, url)
    assert list(filter(None, both["whys"])) == ["One by one", "Two", "Three"]


async def test_a_change_of_a_third_person_is_noticed_and_joined_as_well(
    step: tuple[Browser, Browser, str, int],
) -> None:
    ann, mia, at, _number = step
    url = f"{at}/details"
    theirs = {"description": TEXT.replace("two", "three")}
    mine = {"description": TEXT.replace("Children", "Pupils")}
    _sent, page = await both_saved(ann, mia, url, theirs, mine)
    joined = fields_of((await mia.post(url, fields_of(page, url) | {"do": "join"})).text, url)
    third = await opened(ann, url)
    later = theirs["description"].replace("a line", "a row")
    assert (await ann.post(url, third | {"description": later})).status_code == 303
    again = await mia.post(url, joined)
    assert again.status_code == 409
    both = fields_of((await mia.post(url, fields_of(again.text, url) | {"do": "join"})).text, url)
    assert both["description"] == "Pupils walk together in a row, with three adults."


async def test_what_both_changed_is_left_to_people(
    step: tuple[Browser, Browser, str, int],
) -> None:
    ann, mia, at, _number = step
    url = f"{at}/details"
    theirs = {"description": TEXT.replace("two", "three"), "prize": "A tree"}
    mine = {"description": TEXT.replace("two", "four")}
    _sent, page = await both_saved(ann, mia, url, theirs, mine)
    assert "Both of you changed the same words here: What do you ask for?" in page
    answer = await mia.post(url, fields_of(page, url) | {"do": "join"})
    both = fields_of(answer.text, url)
    assert both["description"] == mine["description"]
    assert both["prize"] == "A tree"
    assert _written(answer.text, "newest-description") == theirs["description"]


@pytest.mark.parametrize(
    "forged",
    [
        *("", "x", "[]", "null", "[" * 5_000, json.dumps({"prize": "A tree"})),
        *(json.dumps({"description": wrong}) for wrong in WRONG),
    ],
)
async def test_a_forged_beginning_overwrites_nothing(
    db: AsyncSession, step: tuple[Browser, Browser, str, int], forged: str
) -> None:
    _ann, mia, at, number = step
    url = f"{at}/details"
    own = await opened(mia, url)
    sent = own | {"description": "Something else.", "opened": forged, "do": "join"}
    answer = await mia.post(url, sent)
    assert answer.status_code == 200
    assert fields_of(answer.text, url)["description"] == "Something else."
    row = await db.get_one(Campaign, number, populate_existing=True)
    assert row.description == TEXT


async def test_an_experiment(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    _idea, number = await planned(db, cast)
    ada, mia = await browse(cast.ada), await browse(cast.mia)
    url = f"/experiments/{number}/adjustment"
    start = await opened(ada, url)
    assert start["target"]
    theirs = {"target": "17", "why": "Fewer.", "method": "At two schools, for a month."}
    mine = {"measure": f"{start['measure']}, by bus", "ends_on": "2031-05-01", "why": "Later."}
    sent, page = await both_saved(ada, mia, url, theirs, mine)
    assert BUTTON in page
    answer = await mia.post(url, fields_of(page, url) | {"join": "yes"})
    assert answer.status_code == 200
    both = fields_of(answer.text, url)
    for name, value in (theirs | mine).items():
        assert both[name] == value, name
    assert _written(answer.text, "own-target") == sent["target"]
    row = await db.get_one(Experiment, number, populate_existing=True)
    assert row.measure == start["measure"]
    assert (await mia.post(url, both)).status_code == 303
    row = await db.get_one(Experiment, number, populate_existing=True)
    assert (row.measure, int(row.target)) == (mine["measure"], 17)


async def test_the_direction_of_an_experiment_is_compared(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _idea, number = await planned(db, cast)
    ada, mia = await browse(cast.ada), await browse(cast.mia)
    url = f"/experiments/{number}/adjustment"
    was = (await opened(ada, url))["direction"]
    other = {"higher": "lower", "lower": "higher"}[was]
    theirs, mine = {"direction": other, "why": "So."}, {"method": "On foot.", "why": "And so."}
    _sent, page = await both_saved(ada, mia, url, theirs, mine)
    assert "Which way is better?" in page.split('id="overtaken"')[1].split("</section>")[0]
    both = fields_of((await mia.post(url, fields_of(page, url) | {"join": "y"})).text, url)
    assert both["direction"] == other


async def test_the_tags_of_an_idea(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    db.add(CoAuthor(idea_id=idea.id, person_id=cast.ben.id))
    await db.commit()
    ada, ben = await browse(cast.ada), await browse(cast.ben)
    url = f"/ideas/{idea.id}/revision"
    start = await opened(ada, url)
    assert start["tags"] == "walking, school"
    theirs = {"tags": "walking, safety", "innovation_type": "service"}
    mine = {"tags": "walking, school, adults", "title": "A walking train"}
    _sent, page = await both_saved(ben, ada, url, theirs, mine)
    assert BUTTON in page
    answer = await ada.post(url, fields_of(page, url) | {"join": "yes", "joined_from": "1"})
    both = fields_of(answer.text, url)
    assert both["tags"] == "walking, safety, adults"
    assert both["innovation_type"] == "service"
    assert both["title"] == "A walking train"
    assert 'id="own-tags"' in answer.text
    assert (await ada.post(url, both)).status_code == 303
    row = await db.get_one(Idea, idea.id, populate_existing=True)
    assert row.tags == ["walking", "safety", "adults"]


def _split(typed: str) -> list[str]:
    return [one.strip() for one in typed.split(",") if one.strip()]


LIST = st.lists(st.sampled_from("abcdef"), unique=True).map(", ".join)


@given(LIST, LIST, LIST)
def test_of_lists_nothing_that_was_added_is_lost(old: str, theirs: str, mine: str) -> None:
    joined = join_lists(_split, old, theirs, mine)
    assert joined is not None
    both = _split(joined)
    before, there, here = set(_split(old)), set(_split(theirs)), set(_split(mine))
    assert set(both) == (there & here) | (there - before) | (here - before)
    assert len(both) == len(set(both))


@given(LIST, LIST)
def test_whoever_changed_nothing_takes_the_other_s_list(old: str, new: str) -> None:
    assert join_lists(_split, old, new, old) == new
    assert set(_split(str(join_lists(_split, old, old, new)))) == set(_split(new))


@pytest.mark.parametrize(
    ("old", "theirs", "mine", "both"),
    [
        ("20", "20", "25", "25"),
        ("20", "25", "20", "25"),
        ("20", "25", "20.0", "25"),
        ("20", "25", "25.00", "25.00"),
        ("20", "25", "30", None),
        ("", "25", "", "25"),
        ("20", "", "20", ""),
        ("20", "25", "many", None),
    ],
)
def test_figures_are_taken_whole(old: str, theirs: str, mine: str, both: str | None) -> None:
    assert join_whole(float, old, theirs, mine) == both


def test_rows_that_both_wrote_anew_are_left_to_people() -> None:
    assert join_rows(list, ["one"], ["two"], ["three"]) is None
    assert join_rows(list, ["one"], ["one", "two"], ["one"]) == ["one", "two"]
