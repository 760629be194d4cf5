"""Where browsers, programs and attackers say that a deed comes from, by its headers.

The site is OWN, served over https. An attacker has pages at other names and ports, at a
subdomain, and writes pages of plain http in the user's network; what a browser sends from there
is the browser's to say. What no browser sends is here too.
"""

from typing import NamedTuple

OWN = "https://ideas.city.example"
EVIL = "https://evil.example"
SIBLING = "https://evil.city.example"
PAGE = f"{OWN}/ideas/7"

FORM = [("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "document"), ("Sec-Fetch-User", "?1")]
FETCH = [("Sec-Fetch-Mode", "cors"), ("Sec-Fetch-Dest", "empty")]
SITE, ORIGIN, REFERER = "Sec-Fetch-Site", "Origin", "Referer"


class Sent(NamedTuple):
    """The headers of a deed, and whether it is done with cookies and without any."""

    headers: list[tuple[str, str]]
    with_cookies: bool
    without: bool


def _own(*headers: tuple[str, str]) -> Sent:
    return Sent(list(headers), with_cookies=True, without=True)


def _foreign(*headers: tuple[str, str]) -> Sent:
    return Sent(list(headers), with_cookies=False, without=False)


# Pages of the site, in browsers of any age.
OWN_PAGES = {
    "form": _own((SITE, "same-origin"), *FORM, (ORIGIN, OWN), (REFERER, PAGE)),
    "fetch": _own((SITE, "same-origin"), *FETCH, (ORIGIN, OWN), (REFERER, PAGE)),
    "fetch of Firefox, without Origin": _own((SITE, "same-origin"), *FETCH, (REFERER, PAGE)),
    "form, while an extension hides the page": _own((SITE, "same-origin"), *FORM, (ORIGIN, "null")),
    "sent again by the user": _own((SITE, "none"), *FORM),
    "sent again by the user, page hidden": _own((SITE, "none"), *FORM, (ORIGIN, "null")),
    "name of the header in capitals": _own((SITE.upper(), "same-origin")),
    "Safari 15": _own((ORIGIN, OWN), (REFERER, PAGE)),
    "Firefox 89, sends the name only": _own((ORIGIN, OWN), (REFERER, f"{OWN}/")),
    "Chrome 75": _own((ORIGIN, OWN), ("Upgrade-Insecure-Requests", "1"), (REFERER, PAGE)),
    "an old browser that hides Referer": _own((ORIGIN, OWN)),
    "with the port that https has anyhow": _own((ORIGIN, f"{OWN}:443")),
    "Firefox 69": _own((REFERER, PAGE), ("Upgrade-Insecure-Requests", "1")),
    "Internet Explorer 11": _own((REFERER, PAGE), ("Cache-Control", "no-cache")),
}
# Pages elsewhere, in browsers that send Sec-Fetch-Site.
TODAY = {
    "form": _foreign((SITE, "cross-site"), *FORM, (ORIGIN, EVIL), (REFERER, f"{EVIL}/")),
    "fetch": _foreign((SITE, "cross-site"), ("Sec-Fetch-Mode", "no-cors"), (ORIGIN, EVIL)),
    "form in a sandbox": _foreign((SITE, "cross-site"), *FORM, (ORIGIN, "null")),
    "form, page hidden": _foreign((SITE, "cross-site"), *FORM, (ORIGIN, "null")),
    "form, nothing but this": _foreign((SITE, "cross-site")),
    "sent on to us": _foreign((SITE, "cross-site"), *FORM, (ORIGIN, "null"), (REFERER, PAGE)),
    "our form, sent on by them": _foreign((SITE, "cross-site"), *FORM, (ORIGIN, OWN)),
    "subdomain": _foreign((SITE, "same-site"), *FORM, (ORIGIN, SIBLING)),
    "subdomain by fetch": _foreign((SITE, "same-site"), *FETCH, (ORIGIN, SIBLING)),
    "subdomain that claims to be us": _foreign((SITE, "same-site"), (ORIGIN, OWN)),
    "other port": _foreign((SITE, "same-site"), *FORM, (ORIGIN, f"{OWN}:8443")),
    "plain http": _foreign((SITE, "cross-site"), *FORM, (ORIGIN, "http://ideas.city.example")),
}
# The same in older browsers.
LONG_AGO = {
    "another site": _foreign((ORIGIN, EVIL), (REFERER, f"{EVIL}/")),
    "subdomain": _foreign((ORIGIN, SIBLING)),
    "domain above": _foreign((ORIGIN, "https://city.example")),
    "sandbox": _foreign((ORIGIN, "null")),
    "sandbox, and a Referer of ours": _foreign((ORIGIN, "null"), (REFERER, PAGE)),
    "other port": _foreign((ORIGIN, f"{OWN}:8443")),
    "plain http": _foreign((ORIGIN, "http://ideas.city.example")),
    "plain http at the port of https": _foreign((ORIGIN, "http://ideas.city.example:443")),
    "a longer name": _foreign((ORIGIN, f"{OWN}.evil.example")),
    "a name that ends alike": _foreign((ORIGIN, "https://myideas.city.example")),
    "a user called like us": _foreign((ORIGIN, f"{OWN}@evil.example")),
    "with a dot behind": _foreign((ORIGIN, f"{OWN}.")),
    "a file": _foreign((ORIGIN, "file://")),
    "an extension": _foreign((ORIGIN, "chrome-extension://ideas.city.example")),
    "another site, Referer of ours": _foreign((ORIGIN, EVIL), (REFERER, PAGE)),
    "Referer alone": _foreign((REFERER, f"{EVIL}/")),
    "Referer of a subdomain": _foreign((REFERER, f"{SIBLING}/")),
    "Referer of plain http": _foreign((REFERER, "http://ideas.city.example/ideas/7")),
    "our address within theirs": _foreign((REFERER, f"{EVIL}/?{PAGE}")),
    "our address as their path": _foreign((REFERER, f"{EVIL}/{PAGE}")),
}
# What no browser sends.
MADE_UP = {
    "Sec-Fetch-Site empty": _foreign((SITE, "")),
    "Sec-Fetch-Site empty, Origin of ours": _foreign((SITE, ""), (ORIGIN, OWN)),
    "Sec-Fetch-Site in capitals": _foreign((SITE, "Same-Origin")),
    "Sec-Fetch-Site unknown": _foreign((SITE, "same-planet"), (ORIGIN, OWN)),
    "Sec-Fetch-Site in quotes": _foreign((SITE, '"same-origin"')),
    "Sec-Fetch-Site with more": _foreign((SITE, "same-origin;x")),
    "Sec-Fetch-Site as a list": _foreign((SITE, "same-origin, cross-site")),
    "Sec-Fetch-Site twice, ours first": _foreign((SITE, "same-origin"), (SITE, "cross-site")),
    "Sec-Fetch-Site twice, ours last": _foreign((SITE, "cross-site"), (SITE, "same-origin")),
    "Sec-Fetch-Site twice alike": _foreign((SITE, "same-origin"), (SITE, "same-origin")),
    "Sec-Fetch-Site in two cases": _foreign((SITE.lower(), "cross-site"), (SITE, "same-origin")),
    "Origin empty": _foreign((ORIGIN, "")),
    "Origin empty, Referer of ours": _foreign((ORIGIN, ""), (REFERER, PAGE)),
    "Origin twice, ours first": _foreign((ORIGIN, OWN), (ORIGIN, EVIL)),
    "Origin twice, ours last": _foreign((ORIGIN, EVIL), (ORIGIN, OWN)),
    "Origin twice alike": _foreign((ORIGIN, OWN), (ORIGIN, OWN)),
    "Origin as a list": _foreign((ORIGIN, f"{OWN} {EVIL}")),
    "Origin without scheme": _foreign((ORIGIN, "ideas.city.example")),
    "Origin that is no address": _foreign((ORIGIN, "https://[")),
    "Origin with no port": _foreign((ORIGIN, f"{OWN}:port")),
    "Origin in bytes": _foreign((ORIGIN, "https://ideas.city.example\xff")),
    "Referer twice": _foreign((REFERER, PAGE), (REFERER, f"{EVIL}/")),
    "a proxy's header": _foreign((ORIGIN, EVIL), ("X-Forwarded-Host", "evil.example")),
    "another header": _foreign((ORIGIN, EVIL), ("X-Requested-With", "XMLHttpRequest")),
    "HTMX": _foreign((SITE, "cross-site"), ("HX-Request", "true")),
}
# A program without cookies may do what a stranger may; with cookies it has to say where from.
NO_SIGN = {
    "none": Sent([], with_cookies=False, without=True),
    "of a program": Sent([("User-Agent", "curl/8.9")], with_cookies=False, without=True),
    "but a Referer without words": _foreign((REFERER, "")),
    "of HTMX": Sent([("HX-Request", "true")], with_cookies=False, without=True),
}
HEADER_SETS = {
    "own pages": OWN_PAGES,
    "foreign pages": TODAY,
    "foreign pages long ago": LONG_AGO,
    "made up": MADE_UP,
    "no sign": NO_SIGN,
}
