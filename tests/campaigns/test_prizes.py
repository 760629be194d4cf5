"""The prizes of a challenge: written in rows, checked, shown with their sums, changes listed."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.copying import Copy, copy_campaign
from ideahub.campaigns.models import Campaign, CampaignChange, CampaignKind
from ideahub.campaigns.prizes import PrizeView, sums_of
from ideahub.campaigns.terms import terms_of
from ideahub.campaigns.terms_models import CampaignPartner, EligibilityQuestion
from ideahub.core.events import Kind
from ideahub.http.amounts import exact_money
from ideahub.http.form_fields import FieldError
from tests.campaigns.setting_up import events, seen_on
from tests.conftest import Browse, Browser
from tests.support.cast import HOUR, Cast, make_campaign, viewer_of
from tests.support.dom import tree

CHALLENGE = CampaignKind.CHALLENGE


def row(index: int = 0, **fields: Any) -> dict[str, Any]:
    """The fields of one prize as they are sent."""
    values = {"id": "", "title": "First prize", "amount": "30,000", "currency": "EUR"}
    values |= {"winners": "1", **fields}
    return {f"prize-{index}-{name}": value for name, value in values.items()}


def part(index: int, at: int = 0, **fields: Any) -> dict[str, Any]:
    """The fields of one part of a prize as they are sent."""
    values = {"id": "", "title": "Prototype", "amount": "10000", "due_on": "2027-03-31", **fields}
    return {f"prize-{at}-milestone-{index}-{name}": value for name, value in values.items()}


async def challenge(db: AsyncSession, cast: Cast, **columns: Any) -> Campaign:
    campaign = await make_campaign(db, cast.city, kind=CHALLENGE, **columns)
    await db.commit()
    return campaign


async def save(
    browser: Browser, campaign: Campaign, *rows: dict[str, Any], do: str = "save"
) -> httpx.Response:
    """Opens the page of prizes and sends these rows."""
    at = f"/management/{campaign.id}/prizes"
    seen = seen_on((await browser.get(at)).text)
    sent = {name: value for one in rows for name, value in one.items()}
    return await browser.post(at, {"seen": seen, "do": do, **sent})


async def prizes(db: AsyncSession, campaign: Campaign) -> list[PrizeView]:
    return (await terms_of(db, campaign.id)).prizes


async def test_prizes_are_stored_as_they_were_typed(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await challenge(db, cast, published=False)
    mia = await browse(cast.mia)
    first = row(rank="1", description="For the best.", paid_on="2027-06-30", paid_note="By bank.")
    more = row(1, title="", category="Schools", amount="5.000,50", winners="3", non_money="A visit")
    answer = await save(mia, campaign, first, part(0), part(1, title="Pilot", amount="20000"), more)
    assert answer.status_code == 303, answer.text
    one, two = await prizes(db, campaign)
    assert (one.title, one.rank, one.amount, one.currency) == (
        "First prize",
        1,
        Decimal(30_000),
        "EUR",
    )
    assert (str(one.paid_on), one.paid_note) == ("2027-06-30", "By bank.")
    assert [(each.title, each.amount) for each in one.milestones] == [
        ("Prototype", Decimal(10_000)),
        ("Pilot", Decimal(20_000)),
    ]
    assert (two.heading, two.amount, two.winners) == ("Schools", Decimal("5000.50"), 3)
    page = (await mia.get(f"/management/{campaign.id}/prizes")).text
    assert "€45,001.50 in all" in page
    # Sent again as it stands there, nothing is another row.
    assert (await save(mia, campaign, *as_stored([one, two]))).status_code == 303
    assert await prizes(db, campaign) == [one, two]
    # A draft lists no changes.
    assert not await events(db, Kind.CAMPAIGN_CHANGED)


def as_stored(stored: list[PrizeView]) -> list[dict[str, Any]]:
    """The rows of the form that show these prizes."""
    rows = []
    for at, one in enumerate(stored):
        values = {name: getattr(one, name) for name in one.__struct_fields__}
        parts = values.pop("milestones")
        rows.append(row(at, **{name: "" if v is None else str(v) for name, v in values.items()}))
        for index, each in enumerate(parts):
            own = {name: getattr(each, name) for name in each.__struct_fields__}
            texts = {name: "" if v is None else str(v) for name, v in own.items()}
            rows.append(part(index, at, **texts))
    return rows


async def test_rows_are_added_and_moved_without_a_script_and_nothing_is_stored_by_it(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await challenge(db, cast)
    mia = await browse(cast.mia)
    answer = await save(mia, campaign, row(title="Kept as typed"), do="prize-add")
    assert answer.status_code == 200
    assert 'value="Kept as typed"' in answer.text
    assert 'name="prize-1-title"' in answer.text
    answer = await save(mia, campaign, row(), do="prize-0-milestone-add")
    assert 'name="prize-0-milestone-0-title"' in answer.text
    answer = await save(mia, campaign, row(title="A"), row(1, title="B"), do="prize-1-up")
    fields = [one.attributes for one in tree(answer.text).walk()]
    titles = {one["name"]: one["value"] for one in fields if one.get("name", "").endswith("-title")}
    assert titles == {"prize-0-title": "B", "prize-1-title": "A"}
    for odd in ("prize-7-up", "prize-x-up", "prize-", "prize-0-milestone-4-up", "prize-²-up"):
        await save(mia, campaign, row(title=""), do=odd)
    assert [one.title for one in await prizes(db, campaign)] in ([], [""])


async def test_a_new_row_without_words_is_left_out_and_a_ticked_one_removed(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await challenge(db, cast)
    mia = await browse(cast.mia)
    empty = row(1, title="", amount="")
    assert (await save(mia, campaign, row(), empty)).status_code == 303
    (one,) = await prizes(db, campaign)
    gone = row(0, id=one.id, gone="yes", amount="nonsense")
    assert (await save(mia, campaign, gone)).status_code == 303
    assert await prizes(db, campaign) == []


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"amount": "-5"}, "An amount cannot be negative."),
        ({"amount": "1000.125"}, "at most two decimals"),
        ({"amount": "0.125"}, "at most two decimals"),
        ({"amount": "12.34.56"}, "at most two decimals"),
        ({"amount": "0"}, "Enter more than nothing"),
        ({"amount": "9999999999999"}, "This is more than can be kept"),
        ({"amount": "a lot"}, "Enter an amount"),
        ({"currency": "XXX"}, "Choose a currency from the list."),
        ({"currency": "€"}, "Choose a currency from the list."),
        ({"currency": ""}, "Choose a currency."),
        ({"currency": "JPY", "amount": "5.50"}, "no smaller unit"),
        ({"winners": "0"}, "Enter a number from 1 to 10,000."),
        ({"winners": "two"}, "Enter a whole number"),
        ({"rank": "-1"}, "Enter a number from 1 to 1,000."),
        ({"paid_on": "31.3.2027"}, "Enter a date as year-month-day"),
        ({"title": "", "amount": "", "rank": "1"}, "Say what is won"),
        ({"title": "x" * 201}, "Shorten this to 200 characters"),
    ],
)
async def test_what_cannot_be_used_is_said_at_its_field_and_kept(
    db: AsyncSession, cast: Cast, browse: Browse, fields: dict[str, Any], words: str
) -> None:
    campaign = await challenge(db, cast)
    mia = await browse(cast.mia)
    answer = await save(mia, campaign, row(**fields), row(1, title="Second prize"))
    assert answer.status_code == 422
    assert words in answer.text
    for value in fields.values():
        # A currency that is not in the list cannot be shown in it.
        assert value in answer.text or value in {"XXX", "€"}
    assert 'value="Second prize"' in answer.text
    assert await prizes(db, campaign) == []


@pytest.mark.parametrize(
    ("parts", "fields", "words"),
    [
        ([{}, {"amount": "20001"}], {}, "The parts add up to €30,001, not to €30,000."),
        ([{}, {"amount": ""}], {}, "Give every part its amount, or none of them."),
        ([{}], {"amount": ""}, "say the whole amount here"),
        ([{"title": ""}], {}, "Say what this part is paid for."),
        ([{"amount": "-1"}], {}, "An amount cannot be negative."),
    ],
)
async def test_parts_that_do_not_fit_their_prize_are_refused(
    db: AsyncSession,
    cast: Cast,
    browse: Browse,
    parts: list[dict[str, Any]],
    fields: dict[str, Any],
    words: str,
) -> None:
    campaign = await challenge(db, cast)
    mia = await browse(cast.mia)
    sent = [part(index, **each) for index, each in enumerate(parts)]
    answer = await save(mia, campaign, row(**fields), *sent)
    assert answer.status_code == 422
    assert words in answer.text
    assert await prizes(db, campaign) == []
    # Parts without amounts are fine.
    plain = [part(0, amount=""), part(1, amount="", title="Pilot")]
    assert (await save(mia, campaign, row(), *plain)).status_code == 303


async def test_a_change_after_publication_is_listed_with_what_it_was(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await challenge(db, cast)
    mia, guest = await browse(cast.mia), await browse(None)
    assert (await save(mia, campaign, row())).status_code == 303
    (one,) = await prizes(db, campaign)
    changed = row(id=one.id, amount="40000")
    assert (await save(mia, campaign, changed, part(0), part(1, amount="30000"))).status_code == 303
    said = plain_text((await guest.get(campaign.url)).text)
    assert "New prize: “First prize”" in said
    assert "Amount: €40,000 (before: €30,000)" in said
    assert "Paid in parts: Prototype, €10,000, 31 Mar 2027" in said
    assert (await save(mia, campaign, row(id=one.id, gone="yes"))).status_code == 303
    assert "The prize “First prize” was removed" in plain_text((await guest.get(campaign.url)).text)
    assert len(await events(db, Kind.CAMPAIGN_CHANGED)) == 3
    fields = set(await db.scalars(select(CampaignChange.field)))
    assert fields == {"prizes"}


def plain_text(page: str) -> str:
    bare = re.sub(r"<[^>]+>|[\u2066-\u2069]", "", page)
    return re.sub(r"\s+", " ", bare)


async def test_the_challenge_shows_its_prizes_and_the_card_their_sum(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await challenge(db, cast, prize="A surprise", closes=30 * HOUR)
    mia, guest = await browse(cast.mia), await browse(None)
    assert "A surprise" in (await guest.get(campaign.url)).text
    assert "A surprise" in (await guest.get("/challenges")).text
    dollars = row(1, title="For abroad", amount="5000", currency="USD", winners="2", rank="2")
    await save(mia, campaign, row(), part(0), part(1, amount="20000"), dollars)
    page = plain_text((await guest.get(campaign.url)).text)
    assert "€30,000 and $10,000" in page
    assert "A surprise" not in page
    for words in ("First prize", "For abroad", "Prototype", "2 winners"):
        assert words in page
    cards = plain_text((await guest.get("/challenges")).text)
    assert "€30,000 and $10,000 in prizes" in cards
    assert "A surprise" not in cards


async def test_of_two_who_write_at_once_the_second_is_told(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await challenge(db, cast)
    mia, ann = await browse(cast.mia), await browse(cast.ann)
    at = f"/management/{campaign.id}/prizes"
    seen = seen_on((await ann.get(at)).text)
    await save(mia, campaign, row())
    sent = {"seen": seen, "do": "save", **row(title="Mine")}
    answer = await ann.post(at, sent)
    assert answer.status_code == 409
    assert "Somebody else changed this list" in answer.text
    assert 'value="Mine"' in answer.text
    assert [one.title for one in await prizes(db, campaign)] == ["First prize"]
    sent["seen"] = seen_on(answer.text)
    assert (await ann.post(at, sent)).status_code == 303
    assert [one.title for one in await prizes(db, campaign)] == ["Mine"]
    # The same press again changes nothing, and says nothing of others.
    assert (await ann.post(at, {**sent, "seen": seen})).status_code == 303
    assert [one.title for one in await prizes(db, campaign)] == ["Mine"]


async def test_who_may_not_manage_it_sees_and_changes_nothing(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await challenge(db, cast)
    box = await make_campaign(db, cast.city)
    await db.commit()
    zed, mia = await browse(cast.zed), await browse(cast.mia)
    for key in ("prizes", "eligibility", "partners", "documents", "rules"):
        assert (await zed.get(f"/management/{campaign.id}/{key}")).status_code == 403
        assert (await zed.post(f"/management/{campaign.id}/{key}", row())).status_code == 403
        assert (await mia.get(f"/management/{box.id}/{key}")).status_code == 404
    assert await prizes(db, campaign) == []


@given(
    whole=st.integers(0, 10**11),
    cents=st.sampled_from(["", "5", "50", "05"]),
    group=st.sampled_from(["", ",", ".", " ", "'"]),
)
def test_money_is_read_exactly_or_not_at_all(whole: int, cents: str, group: str) -> None:
    mark = {",": ".", ".": ","}.get(group, ".")
    typed = f"{whole:,}".replace(",", group) + (f"{mark}{cents}" if cents else "")
    meant = Decimal(whole) + Decimal(f"0.{cents}" if cents else 0)
    parse = exact_money().metadata["parse"]
    if meant:
        assert parse(typed) == meant
    else:
        with pytest.raises(FieldError):
            parse(typed)


def test_sums_are_exact() -> None:
    third = PrizeView(1, "", None, "", "", Decimal("0.10"), "EUR", "", 3, None, "")
    assert sums_of([third]) == {"EUR": Decimal("0.30")}


async def test_a_prize_that_was_awarded_is_not_removed(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await challenge(db, cast)
    mia = await browse(cast.mia)
    await save(mia, campaign, row())
    (one,) = await prizes(db, campaign)
    # Any row that refers to it, as an award does.
    await db.execute(text("create table won (prize_id bigint references prize (id))"))
    await db.execute(text("insert into won values (:id)"), {"id": one.id})
    await db.commit()
    answer = await save(mia, campaign, row(id=one.id, gone="yes"), row(1, title="Other"))
    assert answer.status_code == 409
    assert "What you removed is in use" in answer.text
    assert 'value="Other"' in answer.text
    assert await prizes(db, campaign) == [one]


async def test_prizes_questions_and_partners_travel_into_a_copy(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await challenge(db, cast, closes=30 * HOUR)
    mia = await browse(cast.mia)
    await save(mia, campaign, row(paid_on="2027-06-30"), part(0), part(1, amount="20000"))
    own = {"campaign_id": campaign.id, "position": 1}
    db.add(EligibilityQuestion(**own, text="Are you 18?"))
    db.add(CampaignPartner(**own, name="Lantern Lab"))
    await db.commit()
    copy = Copy(cast.city.id, "Again", datetime.now(UTC).date() + timedelta(days=364))
    made, _notes = await copy_campaign(db, await viewer_of(db, cast.mia), campaign, copy)
    (prize,) = (await terms_of(db, made.id)).prizes
    (source,) = await prizes(db, campaign)
    assert prize.id != source.id
    assert (prize.amount, prize.title) == (Decimal(30_000), "First prize")
    assert [each.amount for each in prize.milestones] == [10_000, 20_000]
    assert prize.paid_on
    assert source.paid_on
    assert 360 <= (prize.paid_on - source.paid_on).days <= 370
    copied = await terms_of(db, made.id)
    assert [each.text for each in copied.questions] == ["Are you 18?"]
    assert [each.name for each in copied.partners] == ["Lantern Lab"]
    assert len(await prizes(db, campaign)) == 1
