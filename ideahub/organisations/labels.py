"""The words on screen for roles, and for people who take part without their name."""

from ideahub.core.i18n import N_, _
from ideahub.core.viewer import Role
from ideahub.organisations.models import Unnamed

# The roles that can be granted. Judge is not among them: who judges is named in each panel, so that
# a grant does nothing. Those that were granted before stay readable.
OFFERED_ROLES = (Role.MANAGER, Role.LEADER, Role.MODERATOR, Role.ADMIN)
_NAMES = {
    Role.MANAGER: N_("Manager"),
    Role.LEADER: N_("Leader"),
    Role.JUDGE: N_("Judge"),
    Role.MODERATOR: N_("Moderator"),
    Role.ADMIN: N_("Administrator"),
}
_DEEDS = {
    Role.MANAGER: N_("Runs challenges and idea boxes, and decides at gates"),
    Role.LEADER: N_("Sponsors ideas, answers them, and decides at gates"),
    Role.JUDGE: N_("Judges entries"),
    Role.MODERATOR: N_(
        "Looks at what is reported or waits, hides what breaks the rules, and suspends people, "
        "each time with a reason; decides about appeals against other moderators"
    ),
    Role.ADMIN: N_("Grants roles, looks after organisations, and may do all the rest"),
}


def role_name(role: str) -> str:
    """The name of the role, in the current language."""
    return _(_NAMES[Role(role)])


def role_deeds(role: str) -> str:
    """A sentence on what somebody with this role does, in the current language."""
    return _(_DEEDS[Role(role)])


def unnamed_words(unnamed: Unnamed | None, through: str | None) -> str:
    """What is said beside the name of a person who takes part without their own; `through` is the
    facilitator who speaks for them. Empty for everybody else."""
    if unnamed == Unnamed.SPOKEN_FOR:
        return _("Somebody who cannot be named, through the facilitator %(name)s", name=through)
    return _("Without their own name") if unnamed else ""


def unnamed_mark(unnamed: Unnamed | None, through: str | None) -> str:
    """The same in few words, for lists."""
    if unnamed == Unnamed.SPOKEN_FOR:
        return _("through the facilitator %(name)s", name=through)
    return _("under a chosen name") if unnamed else ""
