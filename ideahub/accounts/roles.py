"""The roles in people's words: what each is called and what it lets one do."""

from ideahub.accounts.models import Role
from ideahub.i18n import N_, _

_NAMES = {
    Role.MANAGER: N_("Manager"),
    Role.LEADER: N_("Leader"),
    Role.JUDGE: N_("Judge"),
    Role.MODERATOR: N_("Moderator"),
    Role.ADMIN: N_("Administrator"),
}
_DEEDS = {
    Role.MANAGER: N_("runs challenges and idea boxes, and decides at gates"),
    Role.LEADER: N_("sponsors ideas, answers them, and decides at gates"),
    Role.JUDGE: N_("judges entries"),
    Role.MODERATOR: N_("hides what breaks the rules, with a reason"),
    Role.ADMIN: N_("may do all of this, grants roles and looks after organisations"),
}


def role_name(role: str) -> str:
    """What the role is called."""
    return _(_NAMES[Role(role)])


def role_deeds(role: str) -> str:
    """What somebody with this role does."""
    return _(_DEEDS[Role(role)])
