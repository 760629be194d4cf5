"""Masked personal data are gone wherever the words went: versions, tags, files' names, entries,
what people were told, and mails that wait; and authors can mask their own."""

import asyncio

import msgspec
import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Accepts, Phase
from ideahub.core.config import Config
from ideahub.core.db import Database
from ideahub.core.events import Event, Kind, record
from ideahub.core.locking import held
from ideahub.core.mail_content import (
    MailContent,
    MailEntry,
    MailLink,
    MailSection,
    as_text,
    content_in,
)
from ideahub.core.outbox import OutgoingMail, send_later
from ideahub.core.site_keys import IN_SESSION, SiteKeys
from ideahub.core.text.rendering import markdown_html
from ideahub.entries.entering import begin_entry
from ideahub.entries.models import Entry, EntryRevision
from ideahub.ideas.attaching import attach, prepare
from ideahub.ideas.models import Attachment, Idea, Revision
from ideahub.ideas.queries import find_idea
from ideahub.ideas.submitting import IdeaText, post_idea, revise_idea, text_columns
from ideahub.moderation.models import HeldChange, ModerationDecision, Redaction, TextKind
from ideahub.moderation.redacting import KEPT, redact, restore
from ideahub.moderation.written_rows import (
    changed_texts,
    rows_with_words,
    words_of,
    write_words,
)
from ideahub.notifications.models import Notification
from tests.conftest import Browse
from tests.moderation.test_every_kind_of_text import PDF
from tests.moderation.test_holding_texts import newest_case
from tests.support.cast import EVERYTHING, Cast, add, make_campaign, make_cast, make_idea, viewer_of
from tests.support.moderating import decide_case
from tests.support.talking import happened, kept, say
from tests.support.waiting import waits_for_a_row

PHONE = "0231 555 0142"
SITE = "https://ideas.example"
BODY = f"Call Mr Hale on {PHONE}."


@pytest.fixture(autouse=True)
def sealed_by(db: AsyncSession, config: Config) -> None:
    """The test's session has the keys that those of requests have."""
    db.info[IN_SESSION] = SiteKeys(config)


async def spread(db: AsyncSession, cast: Cast) -> Idea:
    """An idea with a phone number, and all places to which that went."""
    campaign = await make_campaign(
        db, cast.city, accepts=[*EVERYTHING, Accepts.ENTRIES], allows_pseudonyms=True
    )
    ada = await viewer_of(db, cast.ada)
    written = IdeaText(f"Ask {PHONE}", BODY, why=BODY, tags=[PHONE], pseudonym=f"Owl {PHONE}")
    idea = await post_idea(db, ada, campaign, written)
    view = await find_idea(db, ada, idea.id)
    more = IdeaText(f"Ask {PHONE}", f"{BODY} Soon.", tags=[PHONE])
    await revise_idea(db, ada, view, more, from_revision=1, note=f"Was {PHONE}")
    view = await find_idea(db, ada, idea.id)
    await attach(db, ada, view, await prepare(PDF, f"{PHONE}.pdf"), f"Card of {PHONE}")
    phase_id = await db.scalar(select(Phase.id).where(Phase.campaign_id == campaign.id))
    assert phase_id
    entry = await db.get_one(Entry, await begin_entry(db, ada, campaign.id, phase_id))
    entry.idea_id, entry.title, entry.answers = idea.id, f"Ask {PHONE}", {"q1": [BODY], "q2": 7}
    await db.flush()
    submitted = EntryRevision(
        entry_id=entry.id, number=1, form_id=entry.form_id, title=entry.title,
        answers=entry.answers, people=[], content_hash="0" * 64, submitted_by=cast.ada.id,
    )  # fmt: skip
    await add(db, submitted)
    event = (await db.scalars(select(Event).where(Event.kind == Kind.IDEA_POSTED))).one()
    told = {"subject": f"Ask {PHONE}", "text": BODY, "kind": event.kind}
    await mailed(db, Notification(person_id=cast.ben.id, event_id=event.id, **told))
    await send_later(db, to="cem@mail.example", subject="Others", text="Ring 0231 555 0199.")
    return idea


async def mailed(db: AsyncSession, *told: Notification) -> OutgoingMail:
    """A mail to Ben that waits and tells of these."""
    entries = [
        MailEntry(text=row.text, url=f"{SITE}/notifications/{(await add(db, row)).id}")
        for row in told
    ]
    sections = [MailSection([entry], told[0].subject) for entry in entries]
    content = MailContent("en", "ltr", told[0].subject, sections, foot=[MailLink("More", SITE)])
    mail = OutgoingMail(
        to="ben@city.example", subject=content.heading, body=as_text(content),
        content=msgspec.to_builtins(content), person_id=told[0].person_id,
    )  # fmt: skip
    await add(db, mail)
    for row in told:
        row.mail_id = mail.id
    await db.flush()
    return mail


async def test_only_mails_that_tell_of_it_change_and_their_links_stay(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    box = await make_campaign(db, cast.city)
    ada = await viewer_of(db, cast.ada)
    same = "See https://lamp.example for what it is."
    idea, other = [await make_idea(db, box, cast.ada, title) for title in ("Lanterns", "Lamps")]
    idea.body = other.body = same
    events = {one.id: await record(db, Kind.IDEA_POSTED, ada, on=one) for one in (idea, other)}

    def told(about: Idea, person: int) -> Notification:
        values = {"subject": "Lanterns", "text": same, "kind": Kind.IDEA_POSTED}
        return Notification(person_id=person, event_id=events[about.id], **values)

    both = await mailed(db, told(idea, cast.ben.id), told(other, cast.ben.id))
    another = await mailed(db, told(other, cast.cem.id))
    await send_later(db, to="x@mail.example", subject="Lanterns", text=f"Sign in: {SITE}/code")
    before = (another.subject, another.body, another.content)
    mine = f"/moderation/own-texts/idea/{idea.id}"
    sent = await (await browse(cast.ada)).post(f"{mine}/masking", {"others": "https:"})
    assert sent.status_code == 303
    for mail in (both, another):
        await db.refresh(mail)
    assert (another.subject, another.body, another.content) == before
    first, second = content_in(both.content).sections
    assert "https:" not in first.entries[0].text
    assert second.entries[0].text == same
    assert both.body == as_text(content_in(both.content))
    assert both.body.count(f"{SITE}/notifications/") == 2
    assert f"More: {SITE}" in both.body
    plain = await db.scalars(select(OutgoingMail.body).where(OutgoingMail.to == "x@mail.example"))
    assert plain.one() == f"Sign in: {SITE}/code"


async def test_a_moderator_masks_it_everywhere(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await spread(db, cast)
    cem, mo = await browse(cast.cem), await browse(cast.mo)
    await cem.post(f"/reports/idea/{idea.id}", {"rule": "personal"})
    case = await newest_case(db)
    mask = {"measure": "mask", "rule": "personal", "parts": [PHONE]}
    assert (await decide_case(mo, case.id, mask)).status_code == 303
    number, ben = idea.id, cast.ben.id
    db.expire_all()
    for table in (Idea, Attachment, Entry, EntryRevision, OutgoingMail):
        stored = (await db.execute(select(table.__table__))).all()
        assert stored
        assert PHONE not in str(stored), table
    told = select(Notification.subject, Notification.text).where(Notification.person_id == ben)
    assert PHONE not in str((await db.execute(told)).all())
    # Numbers of others stay, and what is no text.
    mails = (await db.scalars(select(OutgoingMail.body))).all()
    assert any("0231 555 0199" in body for body in mails)
    assert (await db.scalars(select(Entry.answers))).one()["q2"] == 7
    for page in (
        f"/ideas/{number}", f"/ideas/{number}/history", f"/ideas/{number}/revisions/1",
        f"/ideas/{number}/revisions/2", "/ideas?q=Hale", f"/ideas/{number}.atom", "/ideas.atom",
    ):  # fmt: skip
        assert PHONE not in (await cem.get(page)).text, page
    assert "[phone number removed by the moderators]" in (await cem.get(f"/ideas/{number}")).text


async def test_people_mask_what_they_wrote_themselves(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await spread(db, cast)
    said = await say(db, cast.ben, idea.id, f"{BODY} Or me: 0171 555 0100.")
    ada, ben, cem = await browse(cast.ada), await browse(cast.ben), await browse(cast.cem)
    own = (await ben.get("/moderation/own-texts")).text
    at = f"/moderation/own-texts/contribution/{said}"
    assert f'href="{at}"' in own
    page = (await ben.get(at)).text
    assert f'value="{PHONE}"' in page
    nothing = await ben.post(f"{at}/masking", {"others": ""})
    assert nothing.status_code == 422
    wrong = await ben.post(f"{at}/masking", {"others": "not there"})
    assert wrong.status_code == 422
    assert "not there" in wrong.text
    sent = {"parts": [PHONE], "others": "0171 555 0100"}
    for _twice in range(2):
        assert (await ben.post(f"{at}/masking", sent)).status_code == 303
    assert (await kept(db, said)).body == (
        "Call Mr Hale on [phone number removed by the author]. "
        "Or me: [phone number removed by the author]."
    )
    assert (await db.scalars(select(Redaction.decision_id))).all() == [None]
    assert await happened(db, Kind.TEXT_REDACTED, idea.id) == 1
    mine = f"/moderation/own-texts/idea/{idea.id}"
    assert (await ada.post(f"{mine}/masking", {"parts": [PHONE]})).status_code == 303
    assert PHONE not in (await cem.get(f"/ideas/{idea.id}/history")).text
    # Nobody else's, and no other kind.
    for other in (cem, ada):
        assert (await other.get(at)).status_code == 404
        assert (await other.post(f"{at}/masking", sent)).status_code == 404
    assert (await ben.get(f"/moderation/own-texts/person/{cast.ben.id}")).status_code == 404


async def test_a_change_that_waits_is_rendered_anew(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada, f"Ring {PHONE}")
    body = f"See [the shop](https://shop.example/{PHONE.replace(' ', '-')}), or ring **{PHONE}**."
    written = await text_columns(IdeaText(f"Ring {PHONE}", body, why=BODY, tags=[PHONE]))
    change = await add(
        db,
        HeldChange(
            idea_id=idea.id, author_id=cast.ada.id, from_revision=1, columns=written, note=PHONE
        ),
    )
    replaced = [(PHONE, "[removed]"), ("href=", "[mark]")]
    mo = await viewer_of(db, cast.mo)
    redaction = await redact(
        db, mo, TextKind.IDEA, idea.id, replaced, parts=["phone number"], decision_id=None,
        forgotten=True,
    )  # fmt: skip
    await db.refresh(change)
    assert PHONE not in str([change.columns, change.note])
    new = change.columns
    assert new["body_html"] == await markdown_html(new["body"])
    assert 'href="https://shop.example' in new["body_html"]
    assert new["innovation_type"] is None
    assert await restore(db, redaction)
    await db.refresh(change)
    assert (change.columns, change.note) == (written, PHONE)


async def test_what_is_changed_at_the_same_moment_is_not_lost(committing: Database) -> None:
    async with committing.transaction() as db:
        cast = await make_cast(db)
        idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada, "Lanterns")
        written = await text_columns(IdeaText("Lanterns", BODY))
        about = {"idea_id": idea.id, "author_id": cast.ada.id, "from_revision": 1}
        await add(db, HeldChange(**about, columns=written))

    async def take_out() -> None:
        async with committing.transaction() as db:
            for row in await rows_with_words(db, TextKind.IDEA, idea.id):
                await write_words(row, changed_texts(words_of(row), lambda text: f"{text}."))

    async with committing.transaction() as db:
        change = (await db.scalars(held(select(HeldChange)))).one()
        taking = asyncio.create_task(take_out())
        assert await waits_for_a_row(committing, taking)
        change.columns = await text_columns(IdeaText("Lamps", BODY))
    await taking
    async with committing.transaction() as db:
        assert (await db.scalars(select(HeldChange.columns))).one()["title"] == "Lamps."


async def test_what_is_evidence_or_submitted_is_not_the_authors_to_mask(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await spread(db, cast)
    ada, cem, mo = await browse(cast.ada), await browse(cast.cem), await browse(cast.mo)
    at, sent = f"/moderation/own-texts/idea/{idea.id}/masking", {"parts": [PHONE]}
    await cem.post(f"/reports/idea/{idea.id}", {"rule": "spam"})
    case = (await newest_case(db)).id
    refused = await ada.post(at, sent)
    assert refused.status_code == 409
    assert "Moderators look at this text now" in refused.text
    hide = {"measure": "hide", "rule": "spam", "words": "No."}
    await decide_case(mo, case, hide)
    refused = await ada.post(at, sent)
    assert refused.status_code == 409
    assert "you can still appeal" in refused.text
    decision = (await db.scalars(select(ModerationDecision))).one()
    await mo.post(f"/moderation/decisions/{decision.id}/undoing", {"words": "So."})
    await db.execute(update(Idea).values(body=f"{BODY} {'long ' * 50}"))
    long = await ada.post(at, {"others": "long " * 45})
    assert long.status_code == 422
    assert "at most 200 characters" in long.text
    assert (await ada.post(at, sent)).status_code == 303
    for table in (Entry, EntryRevision, ModerationDecision):
        assert PHONE in str((await db.execute(select(table.__table__))).all()), table
    for changed in (Idea, Revision, Attachment, OutgoingMail):
        assert PHONE not in str((await db.execute(select(changed.__table__))).all()), changed


async def test_after_a_mask_its_author_masks_more_once_nobody_can_appeal(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada, "Lanterns")
    idea.body = f"{BODY} Or 0171 555 0100."
    await db.flush()
    ada, cem, mo = await browse(cast.ada), await browse(cast.cem), await browse(cast.mo)
    await cem.post(f"/reports/idea/{idea.id}", {"rule": "personal"})
    mask = {"measure": "mask", "rule": "personal", "parts": [PHONE]}
    await decide_case(mo, (await newest_case(db)).id, mask)
    at, sent = f"/moderation/own-texts/idea/{idea.id}/masking", {"others": "0171 555 0100"}
    assert (await ada.post(at, sent)).status_code == 409
    decision = (await db.scalars(select(ModerationDecision))).one()
    page = f"/moderation/decisions/{decision.id}"
    assert "You can appeal once, until" in (await ada.get(page)).text
    decision.created_at -= KEPT
    await db.flush()
    assert "You could appeal until" in (await ada.get(page)).text
    late = await ada.post(f"{page}/appeal", {"text": "It is an office."})
    assert late.status_code == 409
    assert "The time in which you could appeal against this is over." in late.text
    assert "It is an office." in late.text
    assert (await ada.post(at, sent)).status_code == 303
    await db.refresh(idea)
    assert "0100" not in idea.body


async def test_a_warning_keeps_nobody_from_masking(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada, "Lanterns")
    idea.body = BODY
    await db.flush()
    ada, cem, mo = await browse(cast.ada), await browse(cast.cem), await browse(cast.mo)
    await cem.post(f"/reports/idea/{idea.id}", {"rule": "personal"})
    warn = {"measure": "warn", "rule": "personal", "words": "Name nobody."}
    await decide_case(mo, (await newest_case(db)).id, warn)
    at = f"/moderation/own-texts/idea/{idea.id}/masking"
    assert (await ada.post(at, {"others": PHONE})).status_code == 303
    # Whoever decides an appeal reads it as it was.
    assert PHONE in (await db.scalars(select(ModerationDecision.text))).one()
