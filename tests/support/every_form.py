"""Every form that the site shows, found where people find them, and filled in as it asks."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tests.conftest import Browser
from tests.support.dom import Node, tree

TYPED = {"text", "search", "email", "password", "date", "datetime-local", "number", "", "url"}
# What some fields want to read; anything else takes a sentence.
WANTED = {
    "email": "somebody@city.example",
    "code": "ABCD2345",
    "password": "correct horse battery staple",
    "new_password": "correct horse battery staple",
    "mail_domain": "other.example",
    "topics": "roads, schools",
    "tags": "roads, schools",
    "target": "5",
    "baseline": "4",
    "value": "5",
    # Not every box lets one write under another name.
    "pseudonym": "",
    "evidence_url": "https://city.example/what-was-given",
    "supporters": "10",
    # Only one kind of an answer to an idea has each of these.
    "conditions": "",
    "elsewhere": "",
    "wake_threshold": "10",
    "stand_in": "mia@city.example",
    "issuer": "https://login.city.example/realms/staff",
    "mail_domains": "city.example",
    # A trap for programs, which people do not see.
    "website": "",
    # The last kind of pledge has none.
    "amount": "",
    # The last decision takes a lesson only.
    "override_reason": "",
    "wakes_when": "",
    # Nor has the last kind of contribution a remedy.
    "remedy": "",
    "timezone": "Europe/Oslo",
    "judges_per_entry": "3",
    "grace": "10",
    "most": "2000",
    # Of an entry.
    "number": "1",
    "address": "newcomer@mail.example",
    "taken_on": "2026-02-03",
    "starts_on": "2026-02-03",
}
# Boxes that are left empty, as the one before them says the opposite.
LEFT_EMPTY = {"shown_public"}
SOON = datetime.now(UTC).date() + timedelta(days=30)
DATES = {"date": SOON.isoformat(), "datetime-local": f"{SOON.isoformat()}T12:00"}


@dataclass
class Form:
    """A form: where it is sent, what it takes, and what people type into it."""

    who: str
    action: str
    valid: dict[str, str]
    typed: dict[str, str]
    upload: bool

    @property
    def read(self) -> list[str]:
        """The fields whose words are read as numbers, days, choices, …"""
        words = {name for name, kind in self.typed.items() if kind in {"textarea", "text", ""}}
        return [name for name in self.valid if name not in words or wanted(name) in WANTED]


def forms_in(who: str, address: str, html: str) -> Iterator[Form]:
    """The forms of a page that are sent by post, with values that they take."""
    for form in tree(html).walk():
        if form.tag == "form" and form.attributes.get("method") == "post":
            found = _form(who, address, form)
            # Forms without fields of their own are buttons, on every page.
            if set(found.valid) - {"next", "theme"}:
                yield found


def buttons_in(who: str, address: str, html: str) -> Iterator[Form]:
    """What is done with one press: forms without fields of their own, and buttons that are sent
    to an address of theirs."""
    for one in tree(html).walk():
        is_sent = one.tag == "form" and one.attributes.get("method") == "post"
        if is_sent and "action" in one.attributes:
            found = _form(who, address, one)
            if not set(found.valid) - {"next", "theme"}:
                yield found
        elif one.tag == "button" and "formaction" in one.attributes:
            yield Form(who, one.attributes["formaction"], {}, {}, upload=False)


def _form(who: str, address: str, form: Node) -> Form:
    valid: dict[str, str] = {}
    typed: dict[str, str] = {}
    for field in form.walk():
        name, kind = field.attributes.get("name", ""), field.attributes.get("type", "")
        if not name or kind == "file" or field.tag == "button":
            continue
        value = _value(field, name, kind)
        if value is not None:
            valid[name] = value
        if field.tag == "textarea" or (field.tag == "input" and kind in TYPED):
            typed[name] = kind or field.tag
    valid |= _choice_of_button(form)
    upload = form.attributes.get("enctype") == "multipart/form-data"
    action = (form.attributes.get("action") or address).partition("#")[0]
    return Form(who, action, valid, typed, upload)


def _choice_of_button(form: Node) -> dict[str, str]:
    """What the first button sends where each of them is one of several answers."""
    buttons = [one for one in form.walk() if one.tag == "button"]
    sends = [one for one in buttons if one.attributes.get("type", "submit") == "submit"]
    names = {one.attributes.get("name", "") for one in sends}
    if len(sends) < 3 or len(names) > 1 or "" in names:
        return {}
    return {names.pop(): sends[0].attributes.get("value", "")}


def wanted(name: str) -> str:
    """What WANTED calls a field; rows that repeat are numbered, such as "phase-0-grace"."""
    return re.sub(r"^[a-z]+-\d+-", "", name)


def _value(field: Node, name: str, kind: str) -> str | None:
    here = field.attributes.get("value", "")
    known = wanted(name)
    if field.tag == "select" and known not in WANTED:
        options = [one.attributes.get("value", "") for one in field.walk() if one.tag == "option"]
        return next((one for one in options if one), "")
    if kind in {"hidden", "radio"}:
        return here
    if kind == "checkbox":
        return None if known in LEFT_EMPTY else here or "on"
    if known in WANTED:
        return WANTED[known]
    return here or DATES.get(kind) or "Words as one writes them"


async def every_form(
    browsers: dict[str, Browser],
    addresses: dict[str, list[str]],
    find: Callable[[str, str, str], Iterator[Form]] = forms_in,
) -> dict[str, Form]:
    """The forms on these people's pages; one of each kind of address."""
    return one_of_each_kind(await look_at(browsers, addresses), find)


async def look_at(
    browsers: dict[str, Browser], addresses: dict[str, list[str]]
) -> list[tuple[str, str, str]]:
    """Who sees what where: name, address and HTML of these people's pages."""
    pages = []
    for who, browser in browsers.items():
        for address in addresses[who]:
            answer = await browser.get(address)
            if answer.status_code == 200 and "html" in answer.headers["content-type"]:
                pages.append((who, address, answer.text))
    return pages


def one_of_each_kind(
    pages: list[tuple[str, str, str]], find: Callable[[str, str, str], Iterator[Form]] = forms_in
) -> dict[str, Form]:
    """The forms that are found on these pages; one of each kind of address."""
    found: dict[str, Form] = {}
    for page in pages:
        for form in find(*page):
            kind = re.sub(r"\d+", "N", form.action.partition("?")[0])
            found.setdefault(kind, form)
    return found
