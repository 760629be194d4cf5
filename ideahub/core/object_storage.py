"""Files in object storage that speaks S3: Amazon's, MinIO, Ceph, Garage and others."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlsplit

from ideahub.core.file_store import StorageAway
from ideahub.core.server_address import Misconfigured, server_address

if TYPE_CHECKING:
    from obstore.store import S3Store

SETTING = "IDEAHUB_FILES_URL"
HOW = f"{SETTING} must look like s3://KEY:SECRET@storage.example.org/bucket?region=eu-central-1"
SECONDS = timedelta(seconds=10)
PIECE_BYTES = 256 * 1024


class ObjectStorage:
    """The bucket that an address names."""

    def __init__(self, url: str) -> None:
        """Raises Misconfigured."""
        self._options = bucket_options(url)
        self._opened: S3Store | None = None

    @property
    def _store(self) -> "S3Store":
        # Imported late: who has no storage does not need its megabytes.
        from obstore.store import S3Store

        if self._opened is None:
            self._opened = S3Store(**self._options)
        return self._opened

    async def put(self, name: str, content: bytes) -> None:
        """See FileStore."""
        from obstore.exceptions import BaseError

        try:
            await self._store.put_async(name, content)
        except (BaseError, OSError) as fault:
            raise StorageAway(str(fault).splitlines()[0]) from fault

    async def open(self, name: str) -> AsyncIterator[bytes]:
        """See FileStore."""
        from obstore.exceptions import BaseError

        try:
            found = await self._store.get_async(name)
        except FileNotFoundError:
            raise
        except (BaseError, OSError) as fault:
            raise StorageAway(str(fault).splitlines()[0]) from fault
        return _pieces(found)

    async def delete(self, name: str) -> None:
        """See FileStore."""
        from obstore.exceptions import BaseError

        try:
            await self._store.delete_async(name)
        except FileNotFoundError:
            return
        except (BaseError, OSError) as fault:
            raise StorageAway(str(fault).splitlines()[0]) from fault


async def _pieces(found: Any) -> AsyncIterator[bytes]:
    async for piece in found.stream(min_chunk_size=PIECE_BYTES):
        yield bytes(piece)


def bucket_options(url: str) -> dict[str, Any]:
    """What the storage's client has to know. Raises Misconfigured."""
    address = server_address(SETTING, url)
    parts = urlsplit(f"//{address.place}")
    bucket = unquote(parts.path.strip("/"))
    told = parse_qs(parts.query)
    if address.scheme != "s3" or not parts.hostname or not bucket or "/" in bucket:
        raise Misconfigured(HOW)
    if not address.name or address.password is None:
        raise Misconfigured(f"{HOW}: the key or its secret is missing")
    tls = told.get("tls", ["yes"])[0]
    if tls not in {"yes", "no"} or set(told) - {"tls", "region"}:
        raise Misconfigured(f"{SETTING} takes ?region=NAME and ?tls=no, and nothing else")
    return {
        "bucket": bucket,
        "endpoint": f"{'https' if tls == 'yes' else 'http'}://{parts.netloc}",
        "access_key_id": address.name,
        "secret_access_key": address.password,
        "region": told.get("region", ["us-east-1"])[0],
        "virtual_hosted_style_request": False,
        "client_options": {"allow_http": tls == "no", "timeout": SECONDS},
        "retry_config": {"max_retries": 2, "retry_timeout": SECONDS},
    }
