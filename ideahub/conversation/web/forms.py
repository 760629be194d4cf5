"""The forms of the conversation under an idea."""

from dataclasses import dataclass

from ideahub.conversation.models import ContributionKind
from ideahub.core.i18n import _
from ideahub.http.forms import Form, choice, line, restored, text

MOST_IN_REMEDY = 5_000


@dataclass
class ContributeForm:
    """Adds to an idea. `seen` comes with a suggestion, so that it is made once only;
    `turn_into` is the button that takes it up."""

    kind: ContributionKind = choice(ContributionKind, required=True)
    body: str = text(required=True)
    remedy: str = text(MOST_IN_REMEDY)
    seen: str = line(20)
    turn_into: ContributionKind | None = choice(ContributionKind)


@dataclass
class ReplyForm:
    """Answers a contribution."""

    body: str = text(required=True)


@dataclass
class AdoptForm:
    """The idea's text with a build taken up, and the revision it was written upon."""

    title: str = line(160, required=True)
    body: str = text(required=True)
    why: str = text()
    note: str = line(300)
    revision: str = line(20)
    look: str = line(10)

    @property
    def from_revision(self) -> int:
        """The revision that was seen; 0 where the form does not say."""
        return int(self.revision) if self.revision.isdecimal() else 0


def check_remedy(form: Form[ContributeForm]) -> None:
    """A concern says what would mend it; anything else has no remedy, so none gets lost."""
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
    """The same words as another kind, not sent yet; a remedy goes to the end of the text."""
    typed = {**form.typed, "kind": kind, "seen": "", "turn_into": ""}
    if kind is not ContributionKind.CONCERN and typed["remedy"].strip():
        typed |= {"body": f"{typed['body'].rstrip()}\n\n{typed['remedy'].strip()}", "remedy": ""}
    return Form(form.values, typed, {})


def from_draft(draft: dict[str, str] | None) -> Form[ContributeForm]:
    """The form as it was left, or empty and open on "Yes, and…"."""
    left = {**(draft or {}), "seen": "", "turn_into": ""}
    return restored(ContributeForm, left, kind=ContributionKind.BUILD)
