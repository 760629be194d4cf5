"""Where a visitor returns to after signing in: pages of this site, and of no other."""

import re
from urllib.parse import urlsplit

LONGEST = 2_000
# Pages one comes through on the way in: nobody wants to return there.
PASSAGES = ("/sign-in", "/sign-out", "/joining", "/demo")
_STRANGE = re.compile(r"[\x00-\x20\x7f\\]")


def own_page(url: str) -> str:
    """The address if it is one of this site, else the home page."""
    return url if is_local(url) else "/"


def is_local(url: str) -> bool:
    """Whether browsers take the address for a page of this site.

    They read `//`, `/\\` and a tab or line end between slashes as another host.
    """
    if len(url) > LONGEST or not url.startswith("/") or url.startswith("//"):
        return False
    if _STRANGE.search(url):
        return False
    parts = urlsplit(url)
    return not parts.scheme and not parts.netloc


def local_path(url: str) -> str:
    """The address if it is a page of this site and worth returning to, else the home page."""
    if not is_local(url):
        return "/"
    path = urlsplit(url).path
    passes = any(path == passage or path.startswith(f"{passage}/") for passage in PASSAGES)
    return "/" if passes else url


def kept_path(url: str) -> str:
    """The same, with nothing for the home page: what is carried along on the way in."""
    path = local_path(url)
    return "" if path == "/" else path
