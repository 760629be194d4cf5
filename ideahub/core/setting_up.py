"""What features add to setting up a campaign: they fill a new one from a template or from another
campaign, say what is missing in it, and count who has taken part.

A campaign is `Any` here, because this package knows no feature's tables.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession


class Due(NamedTuple):
    """By when something has to be done: before the phase of this name opens at this moment (None
    where that is not planned yet), in words by the clocks of `timezone`."""

    phase: str
    at: datetime | None
    timezone: str


class Lack(NamedTuple):
    """Something that has to be filled in: the name of the section, the address of the page where it
    is filled in, and a sentence that says what to do there. Without `due` publication waits for it;
    else it can be done later, but by then."""

    section: str
    address: str
    sentence: str
    due: Due | None = None


# Of a campaign's row and its phases as they are now: what the feature finds missing.
FindLacks = Callable[[AsyncSession, Any, Sequence[Any]], Awaitable[Sequence[Lack]]]
# Of a campaign's number: how much has come in from people, such as ideas or entries.
CountTakenIn = Callable[[AsyncSession, int], Awaitable[int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Travel:
    """What a feature puts into a draft that was just made; its phases are there already.

    `fill_from_template(db, campaign, template)` takes what the template has for the feature;
    `copy_from(db, source, target, shift)` copies the feature's rows from another campaign, with
    their moments moved by `shift`. `contents(db, campaign)` are the values that whoever reviews a
    draft looks at, as stored: when one of them changes, the draft needs a new look.
    `forget(db, campaign_id)` deletes the feature's rows of a draft that is deleted for good, where
    the database does not do so by itself.
    """

    fill_from_template: Callable[[AsyncSession, Any, Any], Awaitable[None]]
    copy_from: Callable[[AsyncSession, Any, Any, Any], Awaitable[None]]
    contents: Callable[[AsyncSession, Any], Awaitable[Sequence[Any]]] | None = None
    forget: Callable[[AsyncSession, int], Awaitable[None]] | None = None
