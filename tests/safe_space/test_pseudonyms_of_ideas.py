"""No page, search, export, feed, event or message shows who posted an idea under a pseudonym."""

from urllib.parse import urlsplit

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Event
from ideahub.core.telling import TELLS, Addressee
from ideahub.organisations.models import Person
from tests.conftest import Browse
from tests.support.cast import Cast, make_campaign, make_person

NAME = "Quirina Maltravers"
WORDS = ("Quirina", "Maltravers")
IDEA = {"title": "A lamp at the gate", "body": "It is dark there.", "pseudonym": "Night owl"}
CHANGED = IDEA | {"body": "It is very dark there.", "revision": "1", "note": "More"}


async def played(db: AsyncSession, cast: Cast, browse: Browse) -> tuple[Person, str, str]:
    """The author, and the addresses of the idea and its place: posted, changed and talked about."""
    author = await make_person(db, NAME, cast.city)
    box = await make_campaign(db, cast.city, allows_pseudonyms=True)
    hers, ben = await browse(author), await browse(cast.ben)
    posted = await hers.post("/ideas/new", IDEA | {"campaign_id": str(box.id)})
    assert posted.status_code == 303, posted.text
    at = urlsplit(posted.headers["location"]).path
    assert (await hers.post(f"{at}/revision", CHANGED)).status_code == 303
    said = await ben.post(f"{at}/contributions", {"kind": "question", "body": "Who pays?"})
    number = said.headers["location"].rpartition("-")[2]
    replied = await hers.post(f"/contributions/{number}/replies", {"body": "The city."})
    assert replied.status_code == 303
    await ben.post(f"{at}/vote")
    reported = await ben.post(f"/reports/idea/{at.rpartition('/')[2]}", {"rule": "other"})
    assert reported.status_code in {200, 303}
    return author, at, f"/idea-boxes/{box.id}"


async def test_pages_searches_exports_and_feeds(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    author, idea, box = await played(db, cast, browse)
    number = box.rpartition("/")[2]
    addresses = [
        *("/", idea, f"{idea}/history", f"{idea}/supporters", box, "/ideas?q=lamp", "/moderation"),
        *("/ideas?q=Maltravers", f"/ideas?by={author.id}", "/pipeline"),
        *(f"/management/{number}", f"{idea}/history/1"),
        *(f"{box}/feed.atom", f"{box}/moderation.csv", "/moderation/log.csv"),
    ]
    for person in (None, cast.mia, cast.mo, cast.ann):
        browser = await browse(person)
        pages = {path: (await browser.get(path)).text for path in addresses}
        shown = {path for path, page in pages.items() if "Night owl" in page}
        assert {idea, f"{idea}/history"} <= shown
        told = {
            path
            for path, page in pages.items()
            if any(word in page for word in WORDS)
            # What somebody searched for stands in the field again.
            and path != "/ideas?q=Maltravers"
        }
        assert not told, person and person.name
        assert "A lamp at the gate" not in pages["/ideas?q=Maltravers"]
        assert "A lamp at the gate" not in pages[f"/ideas?by={author.id}"]


async def test_events_and_messages(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    await played(db, cast, browse)
    events = (await db.scalars(select(Event).order_by(Event.id))).all()
    assert len(events) > 4
    to = Addressee(cast.zed.id, cast.zed.name, cast.zed.email, "en")
    for event in events:
        assert not any(word in str(event.data) for word in WORDS)
        for tell in TELLS.get(event.kind, ()):
            for message in await tell(db, event):
                written = message.write(to)
                assert not any(word in str(written) for word in WORDS), event.kind
    # In the database it stands in her own row alone, and is found by its number.
    rows = await db.scalars(text("select row_to_json(idea)::text from idea"))
    assert not any(word in row for row in rows for word in WORDS)
