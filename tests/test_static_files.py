"""Static files: packed as small as the browser takes them."""

import gzip

import pytest

from ideahub.http.assets import asset, files
from tests.conftest import Browse

# What a client says that it takes, and how it is answered.
ANSWERS = [
    ("gzip, deflate, br, zstd", "br"),
    ("gzip, br;q=0", "gzip"),
    ("gzip", "gzip"),
    ("identity", None),
    ("brotli", None),
]


@pytest.mark.parametrize(("accepts", "encoding"), ANSWERS)
async def test_a_file_is_packed_as_the_client_takes_it(
    browse: Browse, accepts: str, encoding: str | None
) -> None:
    address = asset("app.css")
    file = files()[address.removeprefix("/static/")]
    browser = await browse(None)
    headers = {"Accept-Encoding": accepts}
    async with browser.client.stream("GET", address, headers=headers) as answer:
        raw = b"".join([part async for part in answer.aiter_raw()])
    assert answer.headers.get("content-encoding") == encoding
    assert int(answer.headers["content-length"]) == len(raw)
    assert raw == (file.packed[encoding.encode()] if encoding else file.body)


def test_brotli_packs_the_large_files_smaller_than_gzip() -> None:
    for name in ("app.css", "app.js", "icons.svg"):
        file = files()[asset(name).removeprefix("/static/")]
        assert gzip.decompress(file.packed[b"gzip"]) == file.body
        assert len(file.packed[b"br"]) < len(file.packed[b"gzip"]) < len(file.body)


def test_what_is_packed_has_no_address_of_its_own() -> None:
    assert not [address for address in files() if address.endswith(".br")]
