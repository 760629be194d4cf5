"""Changes after publication in words: what it was before, and what it is now."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from ideahub.campaigns.changes import Change
from ideahub.campaigns.changing import CLOCK_RULES, PHASE
from ideahub.campaigns.labels import accepts_words, field_labels, grace_words, purpose_labels
from ideahub.campaigns.models import Purpose
from ideahub.campaigns.term_words import DOCUMENT, TERM_FIELDS, term_words
from ideahub.campaigns.writing_rules import RULES
from ideahub.campaigns.writing_terms import TermList
from ideahub.core.dates import moment_words
from ideahub.core.i18n import _, in_a_row, side_by_side

# A rule by which leaders owe answers, set by a later feature.
REPLY_RULE = "reply_rule"
# A longer text is compared on a page of its own.
SHORT = 200


class ChangedPart(NamedTuple):
    """One value that changed, with its label; empty where it has none."""

    label: str
    old: str
    new: str


class ChangeWords(NamedTuple):
    """A change in words. `is_long`: it is a text that is better compared word by word. `note` is a
    sentence of ours about it, `reason` what the manager wrote. `is_removal`: it is gone as a whole,
    so that nothing has a new value."""

    id: int
    at: datetime
    heading: str
    parts: list[ChangedPart]
    is_long: bool
    note: str = ""
    reason: str = ""
    is_removal: bool = False


def in_words(change: Change) -> ChangeWords:
    """The change in the current language."""
    if change.field == PHASE:
        return _phase(change)
    if change.field == CLOCK_RULES:
        return _moved_by_rules(change)
    if change.field == RULES:
        return _rules(change)
    if change.field == REPLY_RULE:
        old, new = _reply_rule(change.old), _reply_rule(change.new)
        shown = [ChangedPart("", old, new)]
        return ChangeWords(change.id, change.at, _("Reply clock"), shown, is_long=False)
    if change.field in TERM_FIELDS:
        heading, parts = term_words(change.field, change.old, change.new)
        shown = [ChangedPart(*part) for part in parts]
        gone = change.new is None
        return ChangeWords(change.id, change.at, heading, shown, is_long=False, is_removal=gone)
    old, new = _value(change.old), _value(change.new)
    is_long = max(len(old), len(new)) > SHORT
    heading = headings().get(change.field, change.field)
    shown = [ChangedPart("", old, new)]
    return ChangeWords(change.id, change.at, heading, shown, is_long, reason=change.reason)


def _rules(change: Change) -> ChangeWords:
    old = _("Version %(number)s", number=change.old["number"])
    new = _("Version %(number)s", number=change.new["number"])
    parts = [ChangedPart("", old, new), ChangedPart(_("What is changed"), "", change.new["note"])]
    return ChangeWords(change.id, change.at, _("Rules"), parts, is_long=False)


def _reply_rule(rule: Mapping[str, Any] | None) -> str:
    if not rule:
        return _("Nobody owes an answer by a set day.")
    return _(
        "From %(supporters)s supporters of %(organisations)s organisations on, an answer is owed "
        "within %(days)s days by: %(leaders)s.",
        supporters=rule["supporters"],
        organisations=rule["organisations"],
        days=rule["days"],
        leaders=in_a_row(rule["leaders"]),
    )


def headings() -> dict[str, str]:
    """What a change of each column is called, by its name, and one of "phases" together."""
    # Some forms ask the manager; the page has other words for the same.
    return field_labels() | {
        "description": _("What we are looking for"),
        "whys": _("Why is it so?"),
        "hopes": _("What we hope for"),
        "fears": _("What we fear"),
        "beneficiaries": _("Who benefits"),
        "phases": _("Phases"),
        TermList.PRIZES: _("Prizes"),
        TermList.ELIGIBILITY: _("Who may enter"),
        TermList.PARTNERS: _("Partners"),
        DOCUMENT: _("Documents"),
        "criteria": _("Criteria"),
        "rules_text": _("Rules"),
        REPLY_RULE: _("Reply clock"),
    }


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return "\n".join(value) if isinstance(value, list) else str(value or "")


def _phase(change: Change) -> ChangeWords:
    old, new = change.old or {}, change.new or {}
    if not old:
        heading = _("New phase: “%(name)s”", name=new["name"])
    elif not new:
        heading = _("“%(name)s” was removed", name=old["name"])
    else:
        heading = _("Phase “%(name)s”", name=new["name"])
    return ChangeWords(
        change.id,
        change.at,
        heading,
        list(_parts(old, new)),
        is_long=False,
        note=_corrected(change),
        reason=change.reason,
        is_removal=not new,
    )


def _corrected(change: Change) -> str:
    """That people were told otherwise by a phase that was over, where it was."""
    closes = (change.old or {}).get("closes_at")
    if not closes or datetime.fromisoformat(closes) > change.at:
        return ""
    return _("It was over when this was corrected.")


def _moved_by_rules(change: Change) -> ChangeWords:
    old, new = change.old, change.new
    note = _(
        "The clock rules of %(zone)s have changed. The local time stays as it was planned; counted "
        "in UTC it is another one.",
        zone=new["timezone"],
    )
    parts = [
        ChangedPart(label, _in_utc(old[name]), _in_both(new[name], new["timezone"]))
        for name, label in (("opens_at", _("Opens")), ("closes_at", _("Closes")))
        if old[name] != new[name]
    ]
    heading = _("Phase “%(name)s”", name=new["name"])
    return ChangeWords(change.id, change.at, heading, parts, is_long=False, note=note)


def _in_utc(at: str) -> str:
    return moment_words(datetime.fromisoformat(at))


def _in_both(at: str, timezone: str) -> str:
    return side_by_side([moment_words(datetime.fromisoformat(at), timezone), _in_utc(at)])


def _parts(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[ChangedPart]:
    for name, label in (
        ("name", _("Name")),
        ("opens_at", _("Opens")),
        ("closes_at", _("Closes")),
        ("grace_seconds", _("What comes late is taken")),
        ("purpose", _("What it is for")),
        ("accepts", _("What people can do")),
        ("invited_from", _("Who can enter")),
    ):
        before, now = _said(old, name), _said(new, name)
        # The heading of a phase that is new or gone says its name.
        if before != now and (name != "name" or (old and new)):
            yield ChangedPart(label, before, now)


def _said(phase: Mapping[str, Any], name: str) -> str:
    value = phase.get(name)
    if not phase or value is None:
        return ""
    if name.endswith("_at"):
        return moment_words(datetime.fromisoformat(value), phase["timezone"])
    if name == "grace_seconds":
        return grace_words(value)
    if name == "invited_from":
        return _("Invited from “%(phase)s”", phase=value) if value else _("Everyone")
    if name == "purpose":
        return purpose_labels()[Purpose(value)]
    return accepts_words(value) if name == "accepts" else str(value)
