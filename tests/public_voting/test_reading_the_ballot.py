"""What everybody reads of entries on a ballot: what the form marks so, and not who is behind."""

import re

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Phase
from ideahub.core.refusals import Invalid
from ideahub.core.viewer import STRANGER
from ideahub.entries.designing_form import (
    FieldPlan,
    design_form,
    prepare_version,
    take_up_version,
)
from ideahub.entries.models import EntryField, EntryFile, EntryRevision, FieldKind
from ideahub.judging.models import Panel
from ideahub.public_voting.names import names_are_hidden, winners_named
from ideahub.public_voting.order import ballot_order
from ideahub.results.models import Award
from tests.conftest import Browse
from tests.entries.entering import make_contest
from tests.public_voting.votes import TITLES, Vote, close, make_judge, make_vote, now_of
from tests.support.cast import HOUR, Cast, add, viewer_of

PDF = b"%PDF-1.7\n1 0 obj\n<< /Author (Cem Aydin) >>\nendobj\ntrailer\n<< /Info 1 0 R >>\n%%EOF\n"


async def pages(browse: Browse, made: Vote) -> str:
    """All that a stranger can read of the vote."""
    stranger = await browse(None)
    addresses = [f"/challenges/{made.campaign.id}/vote", *(one.url for one in made.on_ballot)]
    return "".join([(await stranger.get(address)).text for address in addresses])


async def test_only_answers_that_are_marked_so(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await make_vote(db, cast)
    await db.commit()
    read = await pages(browse, made)
    for title in TITLES:
        assert title in read
        assert f"We build {title.lower()}." in read
    assert "secret of" not in read
    assert "What does it cost?" not in read


async def test_nobody_is_named(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    made = await make_vote(db, cast)
    await make_judge(db, made, cast.jo)
    await db.commit()
    read = await pages(browse, made)
    for person in made.entrants:
        assert person.name not in read


async def test_an_answer_given_before_it_was_marked_stays_hidden(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    """What counts is the version of the form that the entry answered."""
    made = await make_vote(db, cast)
    before = await db.scalar(
        select(EntryRevision.form_id).where(EntryRevision.id == made.on_ballot[0].revision_id)
    )
    mia = await viewer_of(db, cast.mia)
    prepared = await prepare_version(db, mia, made.campaign, made.entries_phase.id)
    await db.execute(
        update(EntryField).where(EntryField.form_id == prepared.id).values(shown_public=True)
    )
    await take_up_version(db, mia, made.campaign, made.entries_phase.id)
    await db.commit()
    assert prepared.id != before
    assert "secret of" not in await pages(browse, made)


async def test_what_judges_may_not_read_is_not_shown_to_everyone(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign, phase = await make_contest(db, cast.city)
    mia = await viewer_of(db, cast.mia)
    both = FieldPlan("", FieldKind.LINK, "Who are you?", shown_blind=False, shown_public=True)
    with pytest.raises(Invalid) as refused:
        await design_form(db, mia, campaign, phase.id, [both])
    assert "Judges who read blind" in refused.value.errors["field-0-shown_public"]
    await db.commit()
    row = {"kind": "link", "label": "Who?", "hidden_blind": "yes", "shown_public": "yes"}
    fields = {f"field-0-{name}": value for name, value in row.items()} | {"do": "save"}
    answer = await (await browse(cast.mia)).post(f"/management/{campaign.id}/form", fields)
    assert answer.status_code == 422
    assert "Judges who read blind could read it" in answer.text


async def test_a_mark_is_saved_and_said_to_entrants(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign, _phase = await make_contest(db, cast.city)
    mia = await browse(cast.mia)
    row = {"kind": "long_text", "label": "What?", "shown_public": "yes"}
    fields = {f"field-0-{name}": value for name, value in row.items()} | {"do": "save"}
    answer = await mia.post(f"/management/{campaign.id}/form", fields)
    assert answer.status_code == 303
    assert await db.scalar(select(EntryField.shown_public)) is True
    cem = await browse(cast.cem)
    begun = await cem.post(f"/challenges/{campaign.id}/entries", {"title": "Lanes"})
    page = (await cem.get(begun.headers["location"])).text
    said = "Everyone can read your answer if your entry is put to a public vote."
    assert page.count(said) == 1


async def test_a_file_only_where_it_is_marked_and_without_what_it_says_of_itself(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await make_vote(db, cast)
    entry = made.on_ballot[0]
    for key, token, public in (("q8", "p" * 32, True), ("q9", "h" * 32, False)):
        await add(
            db,
            EntryField(
                form_id=entry.form_id,
                position=int(key[1:]),
                key=key,
                kind=FieldKind.FILE,
                label="A plan",
                shown_public=public,
            ),
        )
        await add(
            db,
            EntryFile(
                entry_id=entry.entry_id,
                field_key=key,
                added_by=cast.cem.id,
                token=token,
                media_type="application/pdf",
                file_name="plan of Cem Aydin.pdf",
                digest=b"",
                size=len(PDF),
                content=PDF,
            ),
        )
    answers = {"q1": "So.", "q8": "p" * 32, "q9": "h" * 32}
    here = EntryRevision.id == entry.revision_id
    await db.execute(update(EntryRevision).where(here).values(answers=answers))
    await db.commit()
    stranger = await browse(None)
    page = (await stranger.get(entry.url)).text
    assert f"{entry.url}/files/{'p' * 32}" in page
    assert "h" * 32 not in page
    assert "Cem Aydin" not in page
    file = await stranger.get(f"{entry.url}/files/{'p' * 32}")
    assert file.status_code == 200
    assert b"Cem Aydin" not in file.content
    assert "Cem" not in file.headers["content-disposition"]
    assert (await stranger.get(f"{entry.url}/files/{'h' * 32}")).status_code == 404
    other = made.on_ballot[1]
    assert (await stranger.get(f"{other.url}/files/{'p' * 32}")).status_code == 404


async def test_nothing_is_read_before_the_vote_opens(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await make_vote(db, cast)
    later = func.now() + HOUR
    await db.execute(update(Phase).where(Phase.id == made.phase.id).values(opens_at=later))
    await db.commit()
    stranger = await browse(None)
    page = (await stranger.get(f"/challenges/{made.campaign.id}/vote")).text
    assert "The vote has not opened yet" in page
    assert not any(title in page for title in TITLES)
    assert (await stranger.get(made.on_ballot[0].url)).status_code == 404
    # Nor does a form tell that there is something.
    ben = await browse(cast.ben)
    for browser in (stranger, ben):
        for deed in ("vote", "vote/withdrawal"):
            answer = await browser.post(f"{made.on_ballot[0].url}/{deed}")
            assert answer.status_code == 404, deed


async def test_an_empty_ballot_is_being_prepared(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await make_vote(db, cast, fill=False)
    await db.commit()
    stranger = await browse(None)
    at = f"/challenges/{made.campaign.id}"
    assert "The ballot is being prepared" in (await stranger.get(f"{at}/vote")).text
    page = (await stranger.get(at)).text
    assert "The ballot is being prepared." in page
    assert "Vote for entries" not in page


async def test_the_challenge_leads_to_the_open_vote(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await make_vote(db, cast)
    await db.commit()
    at = f"/challenges/{made.campaign.id}"
    page = (await (await browse(None)).get(at)).text
    assert "Vote for entries" in page
    assert f'href="{at}/vote"' in page


async def test_a_challenge_without_a_vote_has_no_such_page(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign, _phase = await make_contest(db, cast.city)
    await db.commit()
    stranger = await browse(None)
    assert (await stranger.get(f"/challenges/{campaign.id}/vote")).status_code == 404
    mia = await browse(cast.mia)
    assert (await mia.get(f"/management/{campaign.id}/vote")).status_code == 404


async def test_each_person_reads_it_in_an_order_of_their_own(db: AsyncSession, cast: Cast) -> None:
    made = await make_vote(db, cast)
    now = (await now_of(db, made.phase)).now
    numbers = list(range(1, 40))
    ben, zed = await viewer_of(db, cast.ben), await viewer_of(db, cast.zed)
    orders = [
        ballot_order(made.phase.id, ben, now, numbers),
        ballot_order(made.phase.id, zed, now, numbers),
        ballot_order(made.phase.id, STRANGER, now, numbers),
        ballot_order(made.phase.id, STRANGER, now + HOUR, numbers),
        ballot_order(made.phase.id + 1, ben, now, numbers),
    ]
    assert all(sorted(one) == numbers for one in orders)
    assert len({tuple(one) for one in orders}) == len(orders)
    assert ballot_order(made.phase.id, ben, now + 9 * HOUR, reversed(numbers)) == orders[0]


async def test_the_page_is_in_that_order(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    made = await make_vote(db, cast)
    await db.commit()
    page = (await (await browse(cast.ben)).get(f"/challenges/{made.campaign.id}/vote")).text
    shown = [int(one) for one in re.findall(r'<li class="card" id="ballot-(\d+)"', page)]
    ben, now = await viewer_of(db, cast.ben), (await now_of(db, made.phase)).now
    assert shown == ballot_order(made.phase.id, ben, now, [one.id for one in made.on_ballot])
    assert "stays the same for you" in page


async def test_winners_are_named_once_no_panel_reads_blind(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await make_vote(db, cast)
    panel = await make_judge(db, made, cast.jo)
    await add(
        db,
        Award(
            campaign_id=made.campaign.id,
            entry_id=made.on_ballot[0].entry_id,
            title="First prize",
            decided_by=cast.mia.id,
            confirmed_at=func.now(),
            confirmed_by=cast.mia.id,
        ),
    )
    await close(db, made.phase)
    assert await names_are_hidden(db, made.campaign.id)
    assert await winners_named(db, made.campaign.id) == {}
    await db.commit()
    stranger, at = await browse(None), f"/challenges/{made.campaign.id}/vote"
    assert "Cem Aydin" not in (await stranger.get(at)).text
    await db.execute(update(Panel).where(Panel.id == panel.id).values(closed_at=func.now()))
    await db.commit()
    page = (await (await browse(cast.zed)).get(at)).text
    assert "Cem Aydin" in page
    assert "Ina" not in page
