"""Who is looking, and what they may do where."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Boolean, ColumnElement, any_, bindparam, or_
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from ideahub.core.i18n import _
from ideahub.core.refusals import Forbidden, SignInNeeded


class Role(StrEnum):
    """What a grant lets a person do, in an organisation and all below it, or everywhere."""

    MANAGER = "manager"
    LEADER = "leader"
    JUDGE = "judge"
    MODERATOR = "moderator"
    ADMIN = "admin"


OrganisationColumn = InstrumentedAttribute[int] | InstrumentedAttribute[int | None]

# Who looks, as parameters: one statement serves every viewer, and is made once. Whoever runs it
# passes `Viewer.bound`; where that is forgotten, it fails. A stranger's number is NULL, so what
# is compared with it is not true.
VIEWER_ID = bindparam("viewer_id", type_=BigInteger)
VIEWER_ORGANISATIONS = bindparam("viewer_organisations", type_=ARRAY(BigInteger))
# The roles that conditions ask for: whether one is held everywhere, and in which organisations.
HELD = {
    role: (
        bindparam(f"viewer_is_{role}", type_=Boolean),
        bindparam(f"viewer_is_{role}_in", type_=ARRAY(BigInteger)),
    )
    for role in (Role.MANAGER, Role.MODERATOR, Role.ADMIN)
}


def viewer_holds(role: Role, column: OrganisationColumn) -> ColumnElement[bool]:
    """The SQL condition that the organisation in `column` is one where the viewer holds the role;
    `Viewer.bound` says who that is."""
    everywhere, within = HELD[role]
    return or_(everywhere, column == any_(within))


@dataclass(frozen=True, slots=True)
class Grant:
    """A standing role and the organisations it covers; None means everywhere."""

    role: Role
    within: frozenset[int] | None


@dataclass(frozen=True, slots=True)
class Viewer:
    """The person behind a request, or nobody in particular.

    `organisations` are one's own and all above it: whose internal things one may see.
    `cursor` is the oldest transaction that was still open when the request began: whatever
    this request did not see yet bears this number or a higher one.
    `session_seconds` is how long the session still holds.
    """

    id: int | None = None
    name: str = ""
    title: str = ""
    session_id: int | None = None
    session_seconds: float | None = None
    organisation_id: int | None = None
    organisations: frozenset[int] = frozenset()
    grants: tuple[Grant, ...] = field(default=())
    cursor: int = 0
    # Which one they chose; none: as the browser says.
    language: str | None = None

    @property
    def signed_in(self) -> bool:
        """Whether we know who this is."""
        return self.id is not None

    def must_sign_in(self) -> None:
        """Raises SignInNeeded for a stranger."""
        if self.id is None:
            raise SignInNeeded(_("Sign in to do this. What you typed is kept."))

    @property
    def person_id(self) -> int:
        """The person's number; raises SignInNeeded for a stranger."""
        self.must_sign_in()
        assert self.id is not None
        return self.id

    @property
    def is_staff(self) -> bool:
        """Whether this person works for an organisation, as its mail domain proved."""
        return self.organisation_id is not None

    def holds(self, role: Role, organisation_id: int | None) -> bool:
        """Whether a standing grant of this role, or of admin, covers the organisation."""
        return any(
            grant.role in {role, Role.ADMIN}
            and (grant.within is None or organisation_id in grant.within)
            for grant in self.grants
        )

    def must_hold(self, role: Role, organisation_id: int | None, *, field: str = "") -> int:
        """The person's number if they hold the role there; raises Forbidden, SignInNeeded.

        `field` is the field of a form that chose the organisation.
        """
        person_id = self.person_id
        if not self.holds(role, organisation_id):
            raise Forbidden(_("This needs a role that you do not hold here."), field=field)
        return person_id

    @property
    def bound(self) -> dict[str, Any]:
        """The viewer as the parameters of a statement whose conditions name one: VIEWER_ID,
        VIEWER_ORGANISATIONS, `viewer_holds`."""
        values: dict[str, Any] = {
            VIEWER_ID.key: self.id,
            VIEWER_ORGANISATIONS.key: list(self.organisations),
        }
        for role, (everywhere, within) in HELD.items():
            reaches = [grant.within for grant in self.grants if grant.role in {role, Role.ADMIN}]
            values[everywhere.key] = None in reaches
            values[within.key] = list(
                frozenset[int]().union(*(reach for reach in reaches if reach is not None))
            )
        return values

    def holds_anywhere(self, role: Role) -> bool:
        """Whether this person holds the role somewhere."""
        return any(grant.role in {role, Role.ADMIN} for grant in self.grants)

    @property
    def can_manage(self) -> bool:
        """Whether this person may create challenges or idea boxes somewhere."""
        return self.holds_anywhere(Role.MANAGER)

    @property
    def can_lead(self) -> bool:
        """Whether this person may pledge somewhere."""
        return self.holds_anywhere(Role.LEADER)

    @property
    def is_admin(self) -> bool:
        """Whether this person grants roles."""
        return any(grant.role is Role.ADMIN for grant in self.grants)


STRANGER = Viewer()
# Finds the viewer by the secret of a session; a stranger for None or one that opens nothing.
FindViewer = Callable[[AsyncSession, str | None], Awaitable[Viewer]]
# Keeps the language that a viewer chose, None for whatever the browser asks for.
KeepLanguage = Callable[[AsyncSession, Viewer, str | None], Awaitable[None]]
