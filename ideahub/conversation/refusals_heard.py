"""The suggestions of what to say instead of a refusal, for each kind of refusal."""

from dataclasses import dataclass

from ideahub.conversation.models import ContributionKind as Kind
from ideahub.core.i18n import N_


@dataclass(frozen=True, slots=True)
class RefusalKind:
    """Refusals for one reason, and what to suggest instead.

    `key` names their phrases in the languages' files. `turns` are the kinds of contributions that
    they could become; in those of `unless` the same words are no refusal.
    """

    key: str
    title: str
    text: str
    turns: tuple[Kind, ...]
    unless: frozenset[Kind] = frozenset()


REFUSAL_KINDS = (
    RefusalKind(
        "but",
        N_("“Yes, but” takes back the yes"),
        N_(
            "Try it with “and”: what would the idea need so that your “but” is answered? "
            "If it is a risk, say what would mend it."
        ),
        (Kind.BUILD, Kind.CONCERN),
    ),
    RefusalKind(
        "tried",
        N_("What was learnt then is worth a lot here"),
        N_(
            "Say what was tried, what happened and what is different today: as evidence it "
            "helps the author, and “yes, and this time…” makes it a build."
        ),
        (Kind.EVIDENCE, Kind.BUILD),
        frozenset({Kind.EVIDENCE}),
    ),
    RefusalKind(
        "rules",
        N_("Which rule is it?"),
        N_(
            "Name the rule in a concern, and say how it could still be done. Often a rule asks for "
            "less than people think, or can be waived or changed."
        ),
        (Kind.CONCERN, Kind.QUESTION),
    ),
    RefusalKind(
        "means",
        N_("What would the first small step cost?"),
        N_(
            "Raise a concern and say what it would take, or build a version that needs less: "
            "one school, one week, one volunteer."
        ),
        (Kind.CONCERN, Kind.BUILD),
    ),
    RefusalKind(
        "who",
        N_("Who would have to say yes, and what would win them?"),
        N_("Name them and what they need: a concern with what would mend it, or a good question."),
        (Kind.CONCERN, Kind.QUESTION),
    ),
    RefusalKind(
        "habit",
        N_("What would have to be true for it to work here?"),
        N_("Ask that, or raise a concern. What has always been so was once somebody's new idea."),
        (Kind.QUESTION, Kind.CONCERN),
    ),
    RefusalKind(
        "time",
        N_("What could be tried already?"),
        N_(
            "Say which part could start now at little risk, or raise a concern with what you are "
            "waiting for."
        ),
        (Kind.BUILD, Kind.CONCERN),
    ),
    RefusalKind(
        "doubt",
        N_("What would have to change for it to work?"),
        N_(
            "Turn the doubt around: build the version that could work, or name the risk "
            "together with what would mend it."
        ),
        (Kind.BUILD, Kind.CONCERN, Kind.QUESTION),
    ),
    RefusalKind(
        "scorn",
        N_("Somebody took a risk by writing this"),
        N_(
            "Say what you would want instead, or ask what the author has in mind. "
            "One good sentence is worth more than ten hard ones."
        ),
        (Kind.QUESTION, Kind.BUILD),
    ),
    RefusalKind(
        "no",
        N_("A plain no ends the conversation"),
        N_(
            "What would turn it into a yes? Say that, and somebody can work on it: "
            "a build, a concern with what would mend it, or a question."
        ),
        (Kind.BUILD, Kind.CONCERN, Kind.QUESTION),
    ),
)
