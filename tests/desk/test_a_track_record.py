"""What a leader promised, gave and answered stands on their page, as far as one may see it."""

from datetime import timedelta
from decimal import Decimal

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Audience
from ideahub.core.viewer import STRANGER
from ideahub.desk.record import PAGE, pledges_page, record_of
from ideahub.responses.models import Response, Verdict
from ideahub.sponsorship.models import PledgeKind
from tests.conftest import Browse
from tests.desk.test_the_desk import NOW, owe
from tests.support.cast import Cast, add, make_idea, viewer_of
from tests.support.ripening import pledge, posted

KEPT = {"kept_at": func.now()}
HOURS = {"kind": PledgeKind.HOURS}


async def test_it_counts_each_end_and_sums_what_was_given(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _, idea = await posted(db, cast)
    euros = {"kind": PledgeKind.MONEY, "currency": "EUR", "amount": Decimal("1000.10")}
    for columns in (
        KEPT | {"given_amount": Decimal("1200.20")},
        # Kept before it was asked how much.
        KEPT,
        KEPT | {"given_amount": Decimal("500.05"), "part_why": "Cut."},
        {"lapsed_at": func.now()},
        {"withdrawn_at": func.now()},
        {},
        # Never accepted, so never promised.
        {"accepted_at": None},
    ):
        await pledge(db, idea, cast.sam, **(euros | columns))
    await db.commit()
    record = await record_of(db, STRANGER, cast.sam.id)
    (money,) = record.kinds
    found = (money.promised, money.kept, money.part_kept, money.lapsed, money.withdrawn, money.due)
    assert found == (6, 2, 1, 1, 1, 1)
    assert money.amount_promised == Decimal("6000.60")
    assert money.amount_given == Decimal("2700.35")
    shown = (await (await browse(None)).get(f"/profiles/{cast.sam.id}")).text
    assert "€2,700.35" in shown
    assert "only what is public" in shown
    whole = (await (await browse(None)).get(f"/profiles/{cast.sam.id}/record")).text
    assert "Kept in part" in whole


async def test_a_late_one_counts_as_kept_and_not_as_lapsed(db: AsyncSession, cast: Cast) -> None:
    _, idea = await posted(db, cast)
    await pledge(db, idea, cast.sam, lapsed_at=func.now(), **KEPT)
    (kind,) = (await record_of(db, STRANGER, cast.sam.id)).kinds
    assert (kind.kept, kind.lapsed) == (1, 0)


async def test_nothing_tells_of_ideas_that_the_viewer_may_not_see(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _, secret = await posted(db, cast, audience=Audience.INTERNAL)
    await pledge(db, secret, cast.sam, **KEPT)
    await owe(db, secret.id, cast.sam, -3)
    await db.commit()
    at = f"/profiles/{cast.sam.id}/record"
    for person in (None, cast.cem, cast.zed):
        assert (await (await browse(person)).get(at)).status_code == 404
    assert "1" in (await (await browse(cast.ben)).get(at)).text
    own = await record_of(db, await viewer_of(db, cast.ben), cast.sam.id)
    assert (own.number("kept"), own.answers.overdue) == (1, 1)
    secret.hidden_at = NOW
    await db.commit()
    hidden = await record_of(db, await viewer_of(db, cast.mo), cast.sam.id)
    assert hidden.is_empty


async def test_answers_on_time_late_and_overdue_with_their_median(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign, first = await posted(db, cast)
    for days, after in ((3, 10), (-5, 18), (3, 12), (-1, None)):
        idea = await make_idea(db, campaign, cast.ada, f"Due {days}, {after}")
        owed = await owe(db, idea.id, cast.sam, days)
        if after is None:
            continue
        given = owed.owed_since + timedelta(days=after)
        owed.answered_at = given
        said = {"verdict": Verdict.YES, "body": "Yes.", "body_html": "<p>Yes.</p>"}
        one = Response(idea_id=idea.id, owed_id=owed.id, author_id=cast.sam.id, **said)
        one.given_at = given
        await add(db, one)
    await db.commit()
    answers = (await record_of(db, STRANGER, cast.sam.id)).answers
    assert (answers.on_time, answers.late, answers.overdue) == (2, 1, 1)
    assert answers.median_days == 12
    shown = (await (await browse(None)).get(f"/profiles/{cast.sam.id}")).text
    assert "within 12 days" in shown
    assert first.title not in shown


async def test_the_list_has_pages_and_a_strange_place_is_the_first(
    db: AsyncSession, cast: Cast
) -> None:
    _, idea = await posted(db, cast)
    for _number in range(PAGE + 3):
        await pledge(db, idea, cast.sam)
    newest, after = await pledges_page(db, STRANGER, cast.sam.id, "")
    oldest, end = await pledges_page(db, STRANGER, cast.sam.id, after)
    assert (len(newest), len(oldest), end) == (PAGE, 3, "")
    assert not {one.id for one in newest} & {one.id for one in oldest}
    assert (await pledges_page(db, STRANGER, cast.sam.id, "x~y"))[0] == newest
