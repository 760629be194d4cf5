"""Mail that came back: an address that takes none for good gets none until it is proved again."""

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.signing_in import mark_proved
from ideahub.core.bounce_addresses import mail_in, return_path_of
from ideahub.core.bounces import note_bounce
from ideahub.core.config import Config
from ideahub.core.mail_refusals import MailRefusal
from ideahub.core.outbox import OutgoingMail
from ideahub.core.site_keys import SiteKeys
from tests.conftest import Browse
from tests.support.cast import Cast, add

BOUNCES = "bounces@ideas.lindenau"
REPORT = """\
From: MAILER-DAEMON@mx.lindenau
To: {to}
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

It could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.lindenau
Arrival-Date: Mon, 30 Nov 2026 06:00:00 +0000

Final-Recipient: rfc822; forwarded@elsewhere.lindenau
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} no such
  mailbox

--b
Content-Type: message/rfc822

Subject: News

Text
--b--
"""


@pytest.fixture
def keys(config: Config) -> SiteKeys:
    return SiteKeys(config)


async def sent_to(db: AsyncSession, address: str) -> OutgoingMail:
    return await add(db, OutgoingMail(to=address, subject="News", body="Text"))


def report(to: str, status: str = "5.1.1", action: str = "failed") -> bytes:
    return REPORT.format(to=to, status=status, action=action).encode()


async def refused(db: AsyncSession) -> list[tuple[str, str]]:
    standing = select(MailRefusal).where(MailRefusal.ended_at.is_(None))
    return [(one.address, one.why) for one in await db.scalars(standing)]


async def test_a_hard_bounce_stops_mail_until_the_address_is_proved_again(
    db: AsyncSession, cast: Cast, keys: SiteKeys, browse: Browse
) -> None:
    mail = await sent_to(db, "cem@mail.example")
    back = report(return_path_of(keys, BOUNCES, mail.id))
    assert await note_bounce(db, keys, back) == "cem@mail.example"
    assert await note_bounce(db, keys, back) == "cem@mail.example"
    assert await refused(db) == [("cem@mail.example", "5.1.1 550 5.1.1 no such mailbox")]
    await db.commit()
    cem = await browse(cast.cem)
    assert "Mail to cem@mail.example came back" in (await cem.get("/notifications/choices")).text
    await mark_proved(db, cast.cem)
    await db.commit()
    assert await refused(db) == []
    assert "came back" not in (await cem.get("/notifications/choices")).text


@pytest.mark.parametrize(
    ("status", "action"),
    [
        ("4.4.1", "delayed"),
        ("4.2.2", "failed"),
        ("5.2.2", "failed"),
        ("5.7.1", "failed"),
        ("5.1.1", "delayed"),
        ("nonsense", "failed"),
    ],
)
async def test_what_passes_or_is_not_its_fault_stops_nothing(
    db: AsyncSession, keys: SiteKeys, status: str, action: str
) -> None:
    mail = await sent_to(db, "cem@mail.example")
    back = report(return_path_of(keys, BOUNCES, mail.id), status, action)
    assert await note_bounce(db, keys, back) is None
    assert await refused(db) == []


async def test_a_forged_bounce_stops_nothing(db: AsyncSession, keys: SiteKeys) -> None:
    mail = await sent_to(db, "cem@mail.example")
    other = await sent_to(db, "ada@mail.example")
    right = return_path_of(keys, BOUNCES, mail.id)
    for to in (
        BOUNCES,
        right.replace(str(mail.id), str(other.id), 1),
        right[: right.index("@") - 1] + "x@ideas.lindenau",
        "bounces+9" + right.partition("+")[2],
    ):
        assert await note_bounce(db, keys, report(to)) is None, to
    # Nor one that is no report, or that names two mails.
    assert await note_bounce(db, keys, f"To: {right}\n\n550 5.1.1 gone".encode()) is None
    two = f"{right}, {return_path_of(keys, BOUNCES, other.id)}"
    assert await note_bounce(db, keys, report(right), two.partition(", ")[2]) is None
    assert await note_bounce(db, keys, b"\xff\xfe\x00") is None
    assert await refused(db) == []


async def test_the_mail_server_may_name_where_it_came_back_to(
    db: AsyncSession, keys: SiteKeys
) -> None:
    mail = await sent_to(db, "cem@mail.example")
    path = return_path_of(keys, BOUNCES, mail.id)
    assert len(path.partition("@")[0]) <= 64
    assert mail_in(keys, path) == mail.id
    assert await note_bounce(db, keys, report("postmaster@x.example"), path) == mail.to
