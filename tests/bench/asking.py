"""Asks a server on this machine as a browser does."""

import gzip
from http.client import HTTPConnection
from typing import NamedTuple

HOST = "bench.example"
HEADERS = {
    "Host": HOST,
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "en-GB,en;q=0.5",
    "Accept-Encoding": "gzip, deflate, br, zstd",
    "Sec-Fetch-Dest": "document",
    "Sec-Fetch-Mode": "navigate",
    "Sec-Fetch-Site": "same-origin",
    "Upgrade-Insecure-Requests": "1",
    "X-Forwarded-Proto": "https",
}


class Ask(NamedTuple):
    """A request: its path, and the cookie of who asks; a stranger has none."""

    path: str
    cookie: str = ""


class Answer(NamedTuple):
    """A status, the bytes that were sent, and the text that they hold."""

    status: int
    sent: int
    text: str


def get(port: int, ask: Ask) -> Answer:
    """Asks once, on a connection of its own, and accepts gzip only."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    headers = HEADERS | {"Accept-Encoding": "gzip"} | ({"Cookie": ask.cookie} if ask.cookie else {})
    connection.request("GET", ask.path, headers=headers)
    answer = connection.getresponse()
    sent = answer.read()
    connection.close()
    body = gzip.decompress(sent) if answer.headers["content-encoding"] == "gzip" else sent
    return Answer(answer.status, len(sent), body.decode(errors="replace"))
