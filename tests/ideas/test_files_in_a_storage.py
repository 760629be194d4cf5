"""Large attachments lie in a storage that speaks S3; who may see them, and what is kept, is the
same as without."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from secrets import token_hex

import httpx
import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import IntegrityError

from ideahub.__main__ import main
from ideahub.campaigns.models import Audience, Campaign
from ideahub.campaigns.terms_models import CampaignDocument
from ideahub.core.config import Config, Misconfigured, read_config
from ideahub.core.db import Database
from ideahub.core.file_store import StorageAway
from ideahub.core.files.storing import move_to_database, move_to_storage, sweep_files
from ideahub.core.object_storage import ObjectStorage
from ideahub.core.refusals import Busy
from ideahub.core.stored_files import LARGE_BYTES, StoredFile, put_aside
from ideahub.ideas.models import Attachment
from ideahub.server.trying import try_settings
from tests.support.mail_sink import free_port
from tests.support.serving import Served, serve, stage
from tests.support.wiring import NO_TLS

pytestmark = pytest.mark.slow

LARGE = b"%PDF-1.7\n" + b"x" * 2 * LARGE_BYTES + b"\n%%EOF\n"
# What differs between two files.
OWN = {"etag", "content-length", "content-disposition", "date"}
SMALL = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


@dataclass
class Bucket:
    """A bucket of a server that speaks S3."""

    port: int
    name: str

    @property
    def url(self) -> str:
        """As an operator sets it."""
        return f"s3://key:sec%2Fret@127.0.0.1:{self.port}/{self.name}?tls=no"

    async def names(self) -> set[str]:
        """What lies in it."""
        async with httpx.AsyncClient(verify=NO_TLS) as client:
            listed = await client.get(f"http://127.0.0.1:{self.port}/{self.name}?list-type=2")
        return {part.partition("</Key>")[0] for part in listed.text.split("<Key>")[1:]}


@pytest.fixture(scope="module")
async def storage_port(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[int]:
    """The server, for all tests here."""
    port, said = free_port(), tmp_path_factory.mktemp("storage") / "said"
    with said.open("wb") as out:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)),
            stdout=out,
            stderr=out,
        )
    async with httpx.AsyncClient(verify=NO_TLS) as client, asyncio.timeout(90):
        while True:
            assert process.returncode is None, said.read_text()
            with suppress(httpx.TransportError):
                if (await client.get(f"http://127.0.0.1:{port}/")).status_code == 200:
                    break
            await asyncio.sleep(0.1)
    yield port
    process.kill()
    await process.wait()


@pytest.fixture
async def bucket(storage_port: int) -> Bucket:
    """An empty one."""
    made = Bucket(storage_port, f"ideahub-{token_hex(6)}")
    async with httpx.AsyncClient(verify=NO_TLS) as client:
        answer = await client.put(f"http://127.0.0.1:{made.port}/{made.name}")
        assert answer.status_code == 200
    return made


@dataclass
class Site:
    """A site with that storage, and an idea of Ada's."""

    served: Served
    database: Database
    bucket: Bucket
    idea: int
    ada: str
    zed: str

    async def send(self, content: bytes, name: str = "plan.pdf") -> httpx.Response:
        """Ada attaches a file."""
        async with self.served.client() as client:
            client.cookies.set("ideahub", self.ada)
            return await client.post(
                f"/ideas/{self.idea}/attachments/new",
                data={"description": "The plan of the crossing"},
                files={"file": (name, content, "application/pdf")},
                headers={"Sec-Fetch-Site": "same-origin"},
            )

    async def attached(self) -> list[Attachment]:
        """The rows."""
        async with self.database.reading() as db:
            return list(await db.scalars(select(Attachment).order_by(Attachment.id)))

    async def get(self, url: str, secret: str | None) -> httpx.Response:
        """Somebody opens an address."""
        async with self.served.client() as client:
            if secret:
                client.cookies.set("ideahub", secret)
            return await client.get(url)

    async def sweep(self) -> None:
        """As the clock does it, a quarter of an hour later."""
        async with self.database.transaction() as db:
            await db.execute(text("update stored_file set created_at = now() - interval '1 hour'"))
        async with self.database.transaction() as db:
            await sweep_files(db)


@pytest.fixture
async def site(committing: Database, config: Config, bucket: Bucket) -> AsyncIterator[Site]:
    cast, idea = await stage(committing, Audience.INTERNAL)
    committing.keep_files_in(ObjectStorage(bucket.url))
    async with serve(config, committing) as served:
        ada, zed = await served.sign_in(cast.ada), await served.sign_in(cast.zed)
        yield Site(served, committing, bucket, idea, ada, zed)


async def test_a_large_file_lies_in_the_storage_and_a_small_one_does_not(site: Site) -> None:
    assert (await site.send(LARGE)).status_code == 303
    assert (await site.send(SMALL, "small.pdf")).status_code == 303
    large, small = await site.attached()
    assert large.content is None and await site.bucket.names() == {large.stored_as}
    assert small.content == SMALL and small.stored_as is None
    said = []
    for row, content in ((large, LARGE), (small, SMALL)):
        answer = await site.get(f"/attachments/{row.token}", site.ada)
        assert answer.content == content
        assert answer.headers["content-length"] == str(len(content))
        assert answer.headers["content-security-policy"].startswith("default-src 'none'; sandbox")
        said.append({name: value for name, value in answer.headers.items() if name not in OWN})
    assert said[0] == said[1]


async def test_who_may_not_see_the_idea_may_not_see_its_file(site: Site) -> None:
    await site.send(LARGE)
    (row,) = await site.attached()
    for secret in (site.zed, None, "forged"):
        answer = await site.get(f"/attachments/{row.token}", secret)
        assert answer.status_code == 404
        assert b"xxx" not in answer.content
    # Its name in the storage is no address of the site.
    assert row.stored_as and row.stored_as != row.token
    assert (await site.get(f"/attachments/{row.stored_as}", site.ada)).status_code == 404


async def test_what_is_removed_goes_from_the_storage_too(site: Site) -> None:
    await site.send(LARGE)
    (row,) = await site.attached()
    await site.sweep()
    assert await site.bucket.names() == {row.stored_as}
    removed = await site.served.post(f"/attachments/{row.token}/removal", site.ada)
    assert removed.status_code == 204
    assert (await site.get(f"/attachments/{row.token}", site.ada)).status_code == 404
    await site.sweep()
    assert await site.bucket.names() == set()
    async with site.database.reading() as db:
        assert await db.scalar(select(func.count()).select_from(StoredFile)) == 0


async def test_documents_of_challenges_lie_there_and_are_swept_like_attachments(site: Site) -> None:
    await site.send(LARGE)
    async with site.database.transaction() as db:
        campaign = (await db.scalars(select(Campaign))).first()
        assert campaign
        name = await put_aside(site.database, LARGE + b"%")
        row = {"campaign_id": campaign.id, "token": "t" * 32, "media_type": "application/pdf"}
        row |= {"file_name": "call.pdf", "digest": b"1", "size": len(LARGE) + 1}
        document = CampaignDocument(**row, stored_as=name)
        db.add(document)
    await site.sweep()
    assert len(await site.bucket.names()) == 2
    answer = await site.get("/documents/" + "t" * 32, site.ada)
    assert answer.content == LARGE + b"%"
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert (await site.get("/documents/" + "t" * 32, site.zed)).status_code == 404
    assert await move_to_database(site.database, ObjectStorage(site.bucket.url)) == 2
    assert await move_to_storage(site.database) == 2
    async with site.database.transaction() as db:
        gone = {"content": None, "stored_as": None, "removed_at": func.now()}
        await db.execute(update(CampaignDocument).values(**gone))
    await site.sweep()
    (attached,) = await site.attached()
    assert await site.bucket.names() == {attached.stored_as}


async def test_a_file_without_its_row_is_swept_but_not_at_once(site: Site) -> None:
    name = await put_aside(site.database, LARGE)
    async with site.database.transaction() as db:
        await sweep_files(db)
    assert await site.bucket.names() == {name}
    await site.sweep()
    assert await site.bucket.names() == set()


async def test_a_row_never_refers_to_a_file_that_was_swept(site: Site) -> None:
    await site.send(LARGE)
    (row,) = await site.attached()
    name = await put_aside(site.database, LARGE + b"%")
    await site.sweep()

    async def refer() -> None:
        async with site.database.transaction() as db:
            changed = update(Attachment).where(Attachment.id == row.id)
            await db.execute(changed.values(stored_as=name))

    with pytest.raises(IntegrityError, match="fk_attachment_stored_as"):
        await refer()


async def test_the_storage_is_away(site: Site) -> None:
    await site.send(LARGE)
    (row,) = await site.attached()
    away = ObjectStorage(f"s3://key:secret@127.0.0.1:{free_port()}/bucket?tls=no")
    site.database.keep_files_in(away)
    assert (await site.get(f"/attachments/{row.token}", site.ada)).status_code == 503
    refused = await site.send(LARGE + b"%", "second.pdf")
    assert refused.status_code == 503
    assert len(await site.attached()) == 1
    # Small files do not need it, and nothing is forgotten of what is to be deleted.
    assert (await site.send(SMALL, "small.pdf")).status_code == 303
    with pytest.raises(StorageAway):
        await site.sweep()
    site.database.keep_files_in(ObjectStorage(site.bucket.url))
    await site.sweep()
    assert await site.bucket.names() == {row.stored_as}


async def test_files_move_both_ways(site: Site) -> None:
    site.database.files = None
    for number in range(3):
        await site.send(LARGE + b"%" * number, f"plan {number}.pdf")
    await site.send(SMALL, "small.pdf")
    store = ObjectStorage(site.bucket.url)
    site.database.keep_files_in(store)
    assert await move_to_storage(site.database) == 3
    assert await move_to_storage(site.database) == 0
    rows = await site.attached()
    assert [row.stored_as is None for row in rows] == [False, False, False, True]
    assert await site.bucket.names() == {row.stored_as for row in rows[:3]}
    for number, row in enumerate(rows[:3]):
        answer = await site.get(f"/attachments/{row.token}", site.ada)
        assert answer.content == LARGE + b"%" * number
    assert await move_to_database(site.database, store) == 3
    rows = await site.attached()
    assert [row.content for row in rows[:3]] == [LARGE + b"%" * number for number in range(3)]
    await site.sweep()
    assert await site.bucket.names() == set()


async def test_without_a_storage_nothing_is_put_aside(committing: Database) -> None:
    assert await put_aside(committing, LARGE) is None
    committing.keep_files_in(ObjectStorage("s3://k:s@127.0.0.1:1/bucket?tls=no"))
    assert await put_aside(committing, SMALL) is None
    with pytest.raises(Busy):
        await put_aside(committing, LARGE)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://x/bucket", "must look like s3://"),
        ("s3://key:secret@host", "must look like s3://"),
        ("s3://key:secret@host/a/b", "must look like s3://"),
        ("s3://host/bucket", "the key or its secret is missing"),
        ("s3://key:secret@host/bucket?tls=perhaps", "takes ?region=NAME and ?tls=no"),
        ("s3://key:secret@host/bucket?secure=1", "takes ?region=NAME and ?tls=no"),
    ],
)
def test_a_bad_address_is_said(url: str, said: str) -> None:
    with pytest.raises(Misconfigured) as found:
        read_config({"IDEAHUB_FILES_URL": url})
    assert "IDEAHUB_FILES_URL" in str(found.value)
    assert said in str(found.value)
    assert "secret@" not in str(found.value)


async def test_the_check_tries_it(config: Config, bucket: Bucket) -> None:
    async def tried(url: str) -> list[tuple[bool | None, str]]:
        found = await try_settings(replace(config, files_url=url))
        return [(one.right, one.sentence) for one in found if one.sentence.startswith("files")]

    assert await tried(bucket.url) == [(True, "files: they can be stored")]
    assert await bucket.names() == set()
    ((right, said),) = await tried(f"s3://key:secret@127.0.0.1:{free_port()}/bucket?tls=no")
    assert right is False
    assert "secret@" not in said


def test_the_command_needs_a_storage(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("IDEAHUB_VAR", str(tmp_path))
    monkeypatch.delenv("IDEAHUB_FILES_URL", raising=False)
    assert main(["files", "storage"]) == 2
    assert "IDEAHUB_FILES_URL has to name the storage" in capfd.readouterr().err
