"""Puts what a person was told into groups: by idea, else by challenge; and what several people did
in the same way into one line."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

import msgspec

from ideahub.core.i18n import _, isolated, ngettext
from ideahub.core.telling import WHO, MessageKind
from ideahub.core.text.cleaning import shortened

# The text of what others added or announced is longer in no list.
LONGEST_TEXT = 300


class NotificationView(msgspec.Struct, frozen=True):
    """Something that a person was told. `sees`: they may still see what it is about; else nothing
    of it is shown. `idea` and `campaign` are titles, None where they cannot be seen."""

    id: int
    subject: str
    text: str
    path: str
    at: datetime
    read_at: datetime | None
    kind: str
    about: str
    done_by: str
    did: str
    thing: str
    idea_id: int | None
    campaign_id: int | None
    idea: str | None
    campaign: str | None
    sees: bool
    told_at: datetime

    @property
    def place(self) -> tuple[int | None, int | None]:
        """What it is grouped by."""
        return (self.idea_id, None) if self.idea_id else (None, self.campaign_id)


class Line(NamedTuple):
    """One line of a list: one notification, or several of the same kind, with the `newest` of them.
    `at` is when the latest of it was done."""

    newest: NotificationView
    at: datetime
    subject: str
    size: int
    is_new: bool

    @property
    def text(self) -> str:
        """What is said besides the line itself, of one; the beginning of it, where its page has the
        rest. What was decided about the reader's own, and what waits for them, is shown whole."""
        if self.size > 1:
            return ""
        whole = self.newest.about in {MessageKind.OWN, MessageKind.DUTY}
        return self.newest.text if whole else shortened(self.newest.text, LONGEST_TEXT)


class NotificationGroup(NamedTuple):
    """What was told of one idea or campaign, the newest first; no title: it cannot be seen, or it
    is about neither."""

    title: str
    of_idea: bool
    lines: list[Line]


def grouped(found: Sequence[NotificationView]) -> list[NotificationGroup]:
    """The groups and the lines in each, by the latest that was done in them."""
    found = sorted(found, key=lambda one: (one.at, one.id), reverse=True)
    places = list(dict.fromkeys(one.place for one in found))
    ordered = sorted(found, key=lambda one: places.index(one.place))
    return [_group(list(some)) for _place, some in groupby(ordered, key=lambda one: one.place)]


def _group(some: list[NotificationView]) -> NotificationGroup:
    first = some[0]
    title = first.idea or first.campaign or ""
    alike: dict[object, list[NotificationView]] = {}
    for one in some:
        alike.setdefault(_likeness(one), []).append(one)
    lines = [_line(those) for those in alike.values()]
    return NotificationGroup(title, first.idea_id is not None, lines)


def _likeness(one: NotificationView) -> object:
    """What is equal for those that become one line."""
    joins = one.sees and one.did and one.about in {MessageKind.ACTIVITY, MessageKind.OUTCOME}
    return (one.kind, one.about) if joins else one.id


def _line(some: list[NotificationView]) -> Line:
    # Who has read the newest has read those before it.
    newest = max(some, key=lambda one: one.id)
    subject = newest.subject
    names = list(dict.fromkeys(one.done_by for one in some if one.done_by))
    if len(some) > 1 and names:
        subject = newest.did.replace(WHO, who_words(names))
    is_new = any(one.read_at is None for one in some)
    return Line(newest, some[0].at, subject, len(some), is_new)


def who_words(names: Sequence[str]) -> str:
    """The names of those who did something, in the current language: at most two of them."""
    if len(names) == 1:
        return isolated(names[0])
    if len(names) == 2:
        return _("%(one)s and %(other)s", one=names[0], other=names[1])
    return ngettext(
        "%(name)s and %(num)s other", "%(name)s and %(num)s others", len(names) - 1, name=names[0]
    )
