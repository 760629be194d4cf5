"""Who is looking, and what they may do where."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import ColumnElement, false, true
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

    def covers(
        self, role: Role, column: InstrumentedAttribute[int] | InstrumentedAttribute[int | None]
    ) -> ColumnElement[bool]:
        """The SQL condition that the organisation in `column` is one where the role is held."""
        within = [grant.within for grant in self.grants if grant.role in {role, Role.ADMIN}]
        if None in within:
            return true()
        ids = frozenset[int]().union(*(one for one in within if one is not None))
        return column.in_(ids) if ids else false()

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
