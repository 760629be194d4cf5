"""Changes of a campaign's prizes, questions, partners and documents in words."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from ideahub.campaigns.writing_terms import TermList
from ideahub.core.dates import day_words
from ideahub.core.i18n import _, in_a_row
from ideahub.core.money import money

DOCUMENT = "document"
TERM_FIELDS = frozenset({*(one.value for one in TermList), DOCUMENT})
Kept = Mapping[str, Any]
# A label, what it was before, and what it is now.
Part = tuple[str, str, str]


def term_words(field: str, old: Kept | None, new: Kept | None) -> tuple[str, list[Part]]:
    """The heading of a change and what was changed, in the current language; `old` is None for
    what was added, `new` for what was removed."""
    heading = _HEADINGS[field](old, new)
    return heading, list(_parts(_SAID[field], old or {}, new or {}))


def _parts(said: Callable[[Kept], dict[str, str]], old: Kept, new: Kept) -> Iterator[Part]:
    before, now = said(old) if old else {}, said(new) if new else {}
    for label in dict.fromkeys((*now, *before)):
        if before.get(label, "") != now.get(label, ""):
            yield label, before.get(label, ""), now.get(label, "")


def _prize_heading(old: Kept | None, new: Kept | None) -> str:
    name = _prize_name(new or old or {})
    if old is None:
        return _("New prize: “%(name)s”", name=name)
    if new is None:
        return _("The prize “%(name)s” was removed", name=name)
    return _("Prize “%(name)s”", name=name)


def _prize_name(kept: Kept) -> str:
    if kept["title"] or not kept["rank"]:
        return str(kept["title"] or kept["category"] or _("Prize"))
    return _("Rank %(rank)s", rank=kept["rank"])


def _prize(kept: Kept) -> dict[str, str]:
    return {
        _("Title"): kept["title"],
        _("Rank"): str(kept["rank"] or ""),
        _("Category"): kept["category"],
        _("Amount"): _money(kept["amount"], kept["currency"]),
        _("Number of winners"): str(kept["winners"]),
        _("Not money"): kept["non_money"],
        _("Description"): kept["description"],
        _("When it is paid"): in_a_row([_day(kept["paid_on"]), kept["paid_note"]]),
        _("Paid in parts"): "\n".join(
            in_a_row(
                [
                    part["title"],
                    _money(part["amount"], kept["currency"]),
                    _day(part["due_on"]),
                    part["due_note"],
                ]
            )
            for part in kept["milestones"]
        ),
    }


def _question_heading(old: Kept | None, new: Kept | None) -> str:
    if old is None:
        return _("New question on who may enter")
    return _("A question on who may enter") if new else _("A question on who may enter is gone")


def _question(kept: Kept) -> dict[str, str]:
    return {
        _("Question"): kept["text"],
        _("Explanation"): kept["help"],
        _("Needed answer"): _("Yes") if kept["required_answer"] else _("No"),
        _("Another answer"): _("keeps one from entering")
        if kept["blocking"]
        else _("is shown to the organiser"),
    }


def _partner_heading(old: Kept | None, new: Kept | None) -> str:
    name = (new or old or {})["name"]
    if old is None:
        return _("New partner: %(name)s", name=name)
    if new is None:
        return _("%(name)s is no partner any more", name=name)
    return _("Partner: %(name)s", name=name)


def _partner(kept: Kept) -> dict[str, str]:
    return {_("Name"): kept["name"], _("Link"): kept["url"], _("Part"): kept["role"]}


def _document_heading(old: Kept | None, new: Kept | None) -> str:
    name = (new or old or {})["file_name"]
    if old is None:
        return _("New document: %(name)s", name=name)
    return _("The document %(name)s was removed", name=name)


def _document(kept: Kept) -> dict[str, str]:
    return {_("What it is"): kept["description"]}


def _money(amount: str | None, currency: str | None) -> str:
    return money(Decimal(amount), currency) if amount and currency else ""


def _day(kept: str | None) -> str:
    return day_words(date.fromisoformat(kept)) if kept else ""


_HEADINGS: dict[str, Callable[[Kept | None, Kept | None], str]] = {
    TermList.PRIZES: _prize_heading,
    TermList.ELIGIBILITY: _question_heading,
    TermList.PARTNERS: _partner_heading,
    DOCUMENT: _document_heading,
}
_SAID: dict[str, Callable[[Kept], dict[str, str]]] = {
    TermList.PRIZES: _prize,
    TermList.ELIGIBILITY: _question,
    TermList.PARTNERS: _partner,
    DOCUMENT: _document,
}
