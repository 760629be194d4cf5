"""The messages that can be sent to a room after a deed."""

from dataclasses import dataclass, field

from ideahub.core.languages import language


@dataclass(frozen=True, slots=True)
class Push:
    """The new HTML of one element, for everyone in the room who reads its language."""

    room: str
    element_id: str
    html: str
    swap: str = "outerMorph"
    # The language in which it was rendered.
    language: str = field(default_factory=language)

    @property
    def key(self) -> tuple[str, str, str, str]:
        """Of messages with the same key only the last is sent: the newest state of an element."""
        extra = "" if self.swap.startswith("outer") else self.html
        return self.room, self.element_id, extra, self.language


@dataclass(frozen=True, slots=True)
class Refresh:
    """Asks each browser in the room to fetch its page again: for what differs by permission."""

    room: str

    @property
    def key(self) -> tuple[str, str, str, str]:
        """Several refreshes of a room are sent as one."""
        return self.room, "", "", ""


@dataclass(frozen=True, slots=True)
class NewItem:
    """Tells of a new item for a list that people browse: shown as "2 new, show"."""

    room: str
    list_name: str
    item_id: int

    @property
    def key(self) -> tuple[str, str, str, str]:
        """Each item of a list is sent once."""
        return self.room, self.list_name, str(self.item_id), ""


@dataclass(frozen=True, slots=True)
class Turn:
    """Tells what a campaign accepts now that a phase of it has opened, closed or changed.

    Pages have both states of what depends on it and show the right one, so nothing is rendered or
    fetched for any viewer when thousands look on at a closing.
    """

    room: str
    campaign_id: int
    accepts: tuple[str, ...]

    @property
    def key(self) -> tuple[str, str, str, str]:
        """Of several turns of a campaign the last is sent."""
        return self.room, "turn", str(self.campaign_id), ""


RoomMessage = Push | Refresh | NewItem | Turn
