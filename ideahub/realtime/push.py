"""What a room can be told after a deed."""

from dataclasses import dataclass, field

from ideahub.core.languages import language


@dataclass(frozen=True, slots=True)
class Push:
    """A new state of one element, the same for everyone in the room who reads its language."""

    room: str
    element_id: str
    html: str
    swap: str = "outerMorph"
    # The one in which it was rendered.
    language: str = field(default_factory=language)

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What it replaces: a later push to the same element makes this one needless."""
        extra = "" if self.swap.startswith("outer") else self.html
        return self.room, self.element_id, extra, self.language


@dataclass(frozen=True, slots=True)
class Refresh:
    """Each browser in the room fetches its own copy: what differs by permission."""

    room: str

    @property
    def key(self) -> tuple[str, str, str, str]:
        """All refreshes of one room are one."""
        return self.room, "", "", ""


@dataclass(frozen=True, slots=True)
class NewItem:
    """Something new for a list that people browse: shown as "2 new, show"."""

    room: str
    list_name: str
    item_id: int

    @property
    def key(self) -> tuple[str, str, str, str]:
        """Each item counts once."""
        return self.room, self.list_name, str(self.item_id), ""


RoomMessage = Push | Refresh | NewItem
