"""The viewer: who makes a request, and the roles that they hold."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
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

# The viewer as bound parameters, so that one statement, made at import, serves every viewer.
# Whoever runs it passes `Viewer.bound`; without it the statement fails. A stranger's number is
# NULL, so no comparison with it is true.
VIEWER_ID = bindparam("viewer_id", type_=BigInteger)
VIEWER_ORGANISATIONS = bindparam("viewer_organisations", type_=ARRAY(BigInteger))
# Two parameters for each role that conditions name: whether it is held everywhere, and the
# organisations in which it is held.
HELD = {
    role: (
        bindparam(f"viewer_is_{role}", type_=Boolean),
        bindparam(f"viewer_is_{role}_in", type_=ARRAY(BigInteger)),
    )
    for role in (Role.MANAGER, Role.LEADER, Role.MODERATOR, Role.ADMIN)
}


def viewer_holds(role: Role, column: OrganisationColumn) -> ColumnElement[bool]:
    """The SQL condition that the viewer holds the role in the organisation in `column`; its
    parameters are in `Viewer.bound`."""
    everywhere, within = HELD[role]
    return or_(everywhere, column == any_(within))


@dataclass(frozen=True, slots=True)
class Grant:
    """A role that a person holds now, and the organisations it covers; None means everywhere."""

    role: Role
    within: frozenset[int] | None


Ends = tuple[datetime | None, datetime | None]
Sight = tuple[int | None, frozenset[int], tuple[Grant, ...], Ends]


@dataclass(frozen=True, slots=True)
class Viewer:
    """The person who makes a request, or a stranger (`id` is None).

    `organisations` are the person's own and all above it, whose internal campaigns they may see.
    `session_seconds` is how long the session is still valid. `cursor` is the number of the oldest
    transaction that was open when the request began: events that this request could not see yet
    have this `xact_id` or a higher one.
    """

    id: int | None = None
    name: str = ""
    title: str = ""
    session_id: int | None = None
    session_seconds: float | None = None
    # When it ends whatever they do; None where it does so only after a month.
    session_ends: datetime | None = None
    # How long ago they proved who they are; None where they did not.
    proved_seconds: float | None = None
    organisation_id: int | None = None
    organisations: frozenset[int] = frozenset()
    grants: tuple[Grant, ...] = field(default=())
    cursor: int = 0
    # The language that they chose; None: as the browser asks.
    language: str | None = None
    # Whether they have accepted to judge somewhere: only for what leads there, it permits nothing.
    judges: bool = False
    # Until when they can read, but neither write nor vote, as a moderator decided.
    suspended_until: datetime | None = None
    # The same in some campaigns or organisations only; see core/barring.py.
    partly_suspended_until: datetime | None = None

    @property
    def is_suspended(self) -> bool:
        """Whether they can neither write nor vote now."""
        return self.suspended_until is not None and self.suspended_until > datetime.now(UTC)

    @property
    def is_partly_suspended(self) -> bool:
        """Whether there are campaigns or organisations in which they can only read now."""
        until = self.partly_suspended_until
        return until is not None and until > datetime.now(UTC)

    def has_proved(self, within: timedelta) -> bool:
        """Whether this person proved who they are not longer ago than this."""
        proved = self.proved_seconds
        return proved is not None and proved <= within.total_seconds()

    @property
    def signed_in(self) -> bool:
        """Whether this is a person, not a stranger."""
        return self.id is not None

    def must_sign_in(self) -> None:
        """Raises SignInNeeded for a stranger."""
        if self.id is None:
            raise SignInNeeded(_("Sign in to do this."))

    @property
    def sight(self) -> Sight:
        """What decides, beside their own number, what this person may see and do: those with the
        same are shown the same, but for what is their own."""
        suspended = self.suspended_until, self.partly_suspended_until
        return self.organisation_id, self.organisations, self.grants, suspended

    def is_person(self, person_id: int | None) -> bool:
        """Whether this is the person with the number."""
        return self.id is not None and self.id == person_id

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
        """Whether a grant of this role, or of admin, covers the organisation."""
        return any(
            grant.role in {role, Role.ADMIN}
            and (grant.within is None or organisation_id in grant.within)
            for grant in self.grants
        )

    def must_hold(self, role: Role, organisation_id: int | None, *, field: str = "") -> int:
        """The person's number if they hold the role there.

        Raises SignInNeeded for a stranger, Forbidden for anyone else without the role; `field`
        is the field of the form that chose the organisation.
        """
        person_id = self.person_id
        if not self.holds(role, organisation_id):
            raise Forbidden(_("This needs a role that you do not hold here."), field=field)
        return person_id

    @property
    def bound(self) -> dict[str, Any]:
        """The values of the parameters that stand for the viewer in statements: VIEWER_ID,
        VIEWER_ORGANISATIONS and those of `viewer_holds`."""
        return {
            VIEWER_ID.key: self.id,
            VIEWER_ORGANISATIONS.key: list(self.organisations),
            **(_held(self.grants) if self.grants else NOTHING_HELD),
        }

    def holds_anywhere(self, role: Role) -> bool:
        """Whether this person holds the role, or admin, in any organisation."""
        return any(grant.role in {role, Role.ADMIN} for grant in self.grants)

    @property
    def can_manage(self) -> bool:
        """Whether this person is a manager somewhere, who may create campaigns there."""
        return self.holds_anywhere(Role.MANAGER)

    @property
    def can_lead(self) -> bool:
        """Whether this person is a leader somewhere, who may offer pledges there."""
        return self.holds_anywhere(Role.LEADER)

    @property
    def can_moderate(self) -> bool:
        """Whether this person moderates somewhere."""
        return self.holds_anywhere(Role.MODERATOR)

    @property
    def is_admin(self) -> bool:
        """Whether this person is an admin somewhere, who grants roles there."""
        return any(grant.role is Role.ADMIN for grant in self.grants)


def _held(grants: tuple[Grant, ...]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for role, (everywhere, within) in HELD.items():
        reaches = [grant.within for grant in grants if grant.role in {role, Role.ADMIN}]
        values[everywhere.key] = None in reaches
        values[within.key] = list(
            frozenset[int]().union(*(reach for reach in reaches if reach is not None))
        )
    return values


# Of most people, so it is not worked out for each statement.
NOTHING_HELD = _held(())
STRANGER = Viewer()


class Nobody:
    """In the place of a number, for a page that is shown to many: in a text it is `text`, which is
    replaced by each viewer's own number; it is compared with no other."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __str__(self) -> str:
        return self._text

    def __eq__(self, other: object) -> bool:
        raise TypeError("this page is shown to many: ask the viewer's `is_person`")

    __hash__ = None  # type: ignore[assignment]


class SharedViewer(Viewer):
    """Everyone who is signed in and has the same sight, for rendering what all of them are shown.

    To statements it has no number, and it is nobody in particular.
    """

    __slots__ = ()

    @property
    def bound(self) -> dict[str, Any]:
        """As of a person who has nothing of their own."""
        return {**super().bound, VIEWER_ID.key: None}

    def is_person(self, person_id: int | None) -> bool:
        """No: who is shown something else because of who they are is shown a page of their own."""
        return False

    @property
    def person_id(self) -> int:
        """Raises TypeError: it is many people."""
        raise TypeError("this page is shown to many, and does nothing for one person")


# Finds the viewer by a session's secret; a stranger for None and for a secret that is not valid.
FindViewer = Callable[[AsyncSession, str | None], Awaitable[Viewer]]
# The same where it needs no query; None where it does.
RememberedViewer = Callable[[str | None], Viewer | None]
# Stores the language that a viewer chose; None for the one that the browser asks for.
KeepLanguage = Callable[[AsyncSession, Viewer, str | None], Awaitable[None]]
