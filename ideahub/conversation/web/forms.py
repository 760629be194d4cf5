"""The forms for contributions, replies and adoptions."""

from dataclasses import dataclass
from typing import Any

from ideahub.conversation.models import ContributionKind
from ideahub.core import lengths
from ideahub.core.i18n import _
from ideahub.http.forms import Form, choice, line, restored, text

MOST_IN_REMEDY = 5_000


@dataclass
class ContributeForm:
    """A contribution.

    `seen` is set once a suggestion was shown, so that it is shown only once. `turn_into` is the
    kind of the suggestion's button that was pressed.
    """

    kind: ContributionKind = choice(ContributionKind, required=True)
    body: str = text(required=True)
    remedy: str = text(MOST_IN_REMEDY)
    seen: str = line(20)
    turn_into: ContributionKind | None = choice(ContributionKind)


@dataclass
class ReplyForm:
    """A reply to a contribution."""

    body: str = text(required=True)


@dataclass
class AdoptForm:
    """The idea's new text with a build in it, and the revision that its author saw.

    `look` is the button that shows the changes without saving them; `put` the one that puts the
    build at the end of the text, "in", or takes it out there again, "out"; `join` the one that
    puts it and the newest text together.
    """

    title: str = line(lengths.TITLE, required=True)
    body: str = text(required=True)
    why: str = text()
    note: str = line(lengths.NOTE)
    revision: str = line(20)
    look: str = line(10)
    put: str = line(10)
    join: str = line(10)
    joined_from: str = line(20)

    @property
    def from_revision(self) -> int:
        """The revision that the form was opened on; 0 where it does not say."""
        return int(self.revision) if self.revision.isdecimal() else 0

    @property
    def written_on(self) -> int:
        """The revision that the text was written on; a newer one was seen beside it since."""
        return int(self.joined_from) if self.joined_from.isdecimal() else self.from_revision


def check_remedy(form: Form[Any]) -> None:
    """Sets an error, in the form of a contribution, for a concern without a remedy, and for a
    remedy of another kind, which would be lost."""
    if form.typed.get("kind") != ContributionKind.CONCERN:
        if form.value("remedy").strip():
            form.errors["remedy"] = _(
                "Only a concern has a remedy. Choose the concern, or move these words into the "
                "text and empty this field."
            )
    elif not form.values.remedy and "remedy" not in form.errors:
        form.errors["remedy"] = _(
            "Say what would mend it. If you cannot tell yet, ask a question instead."
        )


def as_kind(form: Form[ContributeForm], kind: ContributionKind) -> Form[ContributeForm]:
    """The form with the same text as another kind of contribution, without errors; a remedy that
    does not fit the kind is added to the text."""
    typed = {**form.typed, "kind": kind, "seen": "", "turn_into": ""}
    if kind is not ContributionKind.CONCERN and typed["remedy"].strip():
        typed |= {"body": f"{typed['body'].rstrip()}\n\n{typed['remedy'].strip()}", "remedy": ""}
    return Form(form.values, typed, {})


def from_draft(draft: dict[str, str] | None) -> Form[ContributeForm]:
    """The form with what its draft holds; without a draft it is empty, with the kind build."""
    left = {**(draft or {}), "seen": "", "turn_into": ""}
    return restored(ContributeForm, left, kind=ContributionKind.BUILD)
