"""A manager makes the entry form of a phase; once an entry uses it, a change is a new version."""

import re
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.entries.form_versions import form_in_use, form_versions
from ideahub.entries.models import Entry, EntryRevision
from tests.conftest import Browse
from tests.entries.entering import begin, enter, hidden, make_contest, write
from tests.support.cast import Cast


def row(index: int = 0, **fields: Any) -> dict[str, Any]:
    """The fields of one question in the builder."""
    usual = {"key": "", "kind": "long_text", "label": "What do you propose?"}
    return {f"field-{index}-{name}": value for name, value in (usual | fields).items()}


async def test_rows_are_added_moved_and_removed_without_scripts(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign, phase = await make_contest(db, cast.city)
    mia, at = await browse(cast.mia), f"/management/{campaign.id}/form"
    page = (await mia.get(at)).text
    assert "What do you propose?" in page
    added = await mia.post(at, row() | {"do": "add-number"})
    assert added.headers["location"].endswith("#field-1")
    page = (await mia.get(at)).text
    assert "Question 2: Number" in page
    two = row() | row(1, kind="number", label="What does it cost?", least_value="0")
    assert (await mia.post(at, two | {"do": "save"})).status_code == 303
    form = await form_in_use(db, phase.id)
    assert form
    assert [one.label for one in form.fields] == ["What do you propose?", "What does it cost?"]
    first, second = (one.key for one in form.fields)
    two = row(key=first) | row(1, key=second, kind="number", label="What does it cost?")
    await mia.post(at, two | {"do": "up-1"})
    form = await form_in_use(db, phase.id)
    assert form
    assert [one.key for one in form.fields] == [second, first]
    gone = await mia.post(at, two | {"do": "remove-1"})
    page = (await mia.get(gone.headers["location"])).text
    assert "The question “What does it cost?” is removed." in page
    form = await form_in_use(db, phase.id)
    assert form
    assert [one.key for one in form.fields] == [first]
    back = {
        f"gone-{name}": value
        for name, value in re.findall(r'name="gone-(\w+)"\s+value="([^"]*)"', page)
    }
    await mia.post(at, row(key=first) | back | {"do": "back"})
    form = await form_in_use(db, phase.id)
    assert form
    assert [one.label for one in form.fields] == ["What do you propose?", "What does it cost?"]


async def test_what_cannot_be_asked_is_shown_at_its_row(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign, phase = await make_contest(db, cast.city)
    mia, at = await browse(cast.mia), f"/management/{campaign.id}/form"
    wrong = (
        row(label="")
        | row(1, kind="choice", label="Where?", options="North")
        | row(2, kind="number", label="Cost", least_value="5", most_value="1")
        | row(3, kind="short_text", label="Line", most="900")
        | row(4, kind="bribe", label="Odd")
        | row(5, label="x" * 201)
    )
    answer = await mia.post(at, wrong | {"do": "save"})
    assert answer.status_code == 422
    assert "x" * 201 in answer.text
    assert "Question 5: Choose one of the options." in answer.text
    assert "Shorten this to 200 characters" in answer.text
    usable = {name: value for name, value in wrong.items() if name[6] in "0123"}
    answer = await mia.post(at, usable | {"do": "save"})
    assert answer.status_code == 422
    for said in (
        "Question 1: Write the question.",
        "Question 2: Write at least two options",
        "Question 3: The largest number must not be smaller",
        "Question 4: At most 500 characters are kept.",
    ):
        assert said in answer.text, said
    assert await form_in_use(db, phase.id) is None


async def test_once_an_entry_uses_it_a_change_is_a_new_version(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign, phase = await make_contest(db, cast.city)
    await enter(db, cast.cem, phase)
    draft = await begin(db, cast.ada, phase)
    first = await form_in_use(db, phase.id)
    assert first
    assert first.frozen_at
    (key,) = (one.key for one in first.fields)
    await write(db, cast.ada, draft, {key: "Mine"}, "Benches")
    mia, at = await browse(cast.mia), f"/management/{campaign.id}/form"
    page = (await mia.get(at)).text
    assert "1 entry was submitted with this version. 1 draft answers it." in page
    refused = await mia.post(at, row(key=key, label="Another question") | {"do": "save"})
    assert refused.status_code == 409
    await mia.post(f"{at}/versions", {"phase": str(phase.id), "do": "prepare"})
    await mia.post(f"{at}/versions", {"phase": str(phase.id), "do": "prepare"})
    assert len(await form_versions(db, phase.id)) == 2
    both = row(key=key, label="What is it?") | row(1, kind="number", label="Cost?")
    assert (await mia.post(at, both | {"do": "save"})).status_code == 303
    in_use = await form_in_use(db, phase.id)
    assert in_use
    assert in_use.version == 1
    page = (await mia.get(at)).text
    assert "You prepare version 2" in page
    await mia.post(f"{at}/versions", {"phase": str(phase.id), "do": "use"})
    in_use = await form_in_use(db, phase.id)
    assert in_use
    assert (in_use.version, next(one.key for one in in_use.fields)) == (2, key)
    cem = await browse(cast.cem)
    assert "What you submitted counts as it is" in (await cem.get("/entries")).text
    submitted = (await db.scalars(select(EntryRevision))).one()
    assert submitted.form_id == first.id
    ada = await browse(cast.ada)
    for path in ("/entries", f"/entries/{draft}"):
        assert "The questions have changed. Look through" in (await ada.get(path)).text
    page = (await ada.get(f"/entries/{draft}/draft")).text
    assert "The organiser made a new version of the form" in page
    assert "Cost?" in page
    assert "Mine" in page
    managed = (await mia.get(at)).text
    assert "1 entry was submitted with an earlier one. 1 draft answers it." in managed
    saved = hidden(page) | {"title": "Benches", key: "Mine", "do": "save"}
    assert (await ada.post(f"/entries/{draft}/draft", saved)).status_code == 303
    moved = await db.get_one(Entry, draft, populate_existing=True)
    assert (moved.form_id, moved.answers) == (in_use.id, {key: "Mine"})
    assert "The questions have changed" not in (await ada.get(f"/entries/{draft}")).text
