"""Checks the addresses that forms redirect to: pages of this site only."""

import re
from urllib.parse import urlsplit

LONGEST = 2_000
# Pages of signing in and out, which nobody wants to return to afterwards.
SIGNING_IN = ("/sign-in", "/sign-out", "/joining", "/demo")
_STRANGE = re.compile(r"[\x00-\x20\x7f\\]")


def own_page(url: str) -> str:
    """The address if it is a page of this site, else the home page."""
    return url if is_local(url) else "/"


def is_local(url: str) -> bool:
    """Whether browsers read the address as a page of this site.

    What follows `//`, `/\\` or slashes with a tab or line end between them is to them a host.
    """
    if len(url) > LONGEST or not url.startswith("/") or url.startswith("//"):
        return False
    if _STRANGE.search(url):
        return False
    parts = urlsplit(url)
    return not parts.scheme and not parts.netloc


def local_path(url: str) -> str:
    """The address if it is a page of this site and none of signing in, else the home page."""
    if not is_local(url):
        return "/"
    path = urlsplit(url).path
    is_signing_in = any(path == page or path.startswith(f"{page}/") for page in SIGNING_IN)
    return "/" if is_signing_in else url


def kept_path(url: str) -> str:
    """`local_path`, but empty for the home page: what forms and links of signing in carry along."""
    path = local_path(url)
    return "" if path == "/" else path
