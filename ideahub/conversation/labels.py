"""The words on screen for the kinds of contributions."""

from typing import NamedTuple

from ideahub.conversation.models import ContributionKind
from ideahub.core.i18n import N_, _


class KindChoice(NamedTuple):
    """The words and tone of a kind of contribution, for the form and the list."""

    key: ContributionKind
    name: str
    several: str
    tone: str
    lead: str
    ask: str
    action: str
    # The label of the button that turns a refusal into this kind.
    turn: str


# In the order of the form; the first is chosen when it opens.
WORDS = {
    ContributionKind.BUILD: KindChoice(
        ContributionKind.BUILD,
        N_("Build"),
        N_("Builds"),
        "leaf",
        N_("Start where the idea stops: what would make it better, simpler or bigger?"),
        N_("Yes, and…"),
        N_("Build on this"),
        N_("Make it a build"),
    ),
    ContributionKind.QUESTION: KindChoice(
        ContributionKind.QUESTION,
        N_("Question"),
        N_("Questions"),
        "civic",
        N_("What would you need to know to say yes?"),
        N_("Your question"),
        N_("Ask this"),
        N_("Ask it as a question"),
    ),
    ContributionKind.EVIDENCE: KindChoice(
        ContributionKind.EVIDENCE,
        N_("Evidence"),
        N_("Evidence"),
        "teal",
        N_("Something you lived through, a figure, a link: what happened where it was tried?"),
        N_("What you have seen, measured or read"),
        N_("Add this evidence"),
        N_("Tell it as evidence"),
    ),
    ContributionKind.CONCERN: KindChoice(
        ContributionKind.CONCERN,
        N_("Concern"),
        N_("Concerns"),
        "sun",
        N_("Name the risk, and what would mend it. A risk that is known can be dealt with."),
        N_("What worries you"),
        N_("Raise this concern"),
        N_("Make it a concern"),
    ),
    ContributionKind.OFFER: KindChoice(
        ContributionKind.OFFER,
        N_("Offer"),
        N_("Offers"),
        "plum",
        N_("An hour, a skill, a contact, a room, some data: what can you give?"),
        N_("What you offer"),
        N_("Offer this"),
        N_("Make it an offer"),
    ),
}


# What is said to those who read elsewhere on the page.
ADDED = {
    ContributionKind.BUILD: N_("%(name)s added a build"),
    ContributionKind.QUESTION: N_("%(name)s asked a question"),
    ContributionKind.EVIDENCE: N_("%(name)s added evidence"),
    ContributionKind.CONCERN: N_("%(name)s raised a concern"),
    ContributionKind.OFFER: N_("%(name)s made an offer"),
}


def added(kind: ContributionKind, name: str, *, reply: bool) -> str:
    """The sentence that says who has just added a contribution or a reply."""
    return _("%(name)s replied", name=name) if reply else _(ADDED[kind], name=name)


def kind_choice(kind: ContributionKind) -> KindChoice:
    """The words of a kind in the current language."""
    words = WORDS[kind]
    return words._replace(
        name=_(words.name),
        several=_(words.several),
        lead=_(words.lead),
        ask=_(words.ask),
        action=_(words.action),
        turn=_(words.turn),
    )


def kind_choices() -> list[KindChoice]:
    """The words of all kinds in the current language, in the order of the form."""
    return [kind_choice(kind) for kind in WORDS]
