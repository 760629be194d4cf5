"""The forms of the safe space."""

from dataclasses import dataclass

from ideahub.conversation.web.forms import ContributeForm
from ideahub.core import lengths
from ideahub.http.forms import checkbox, line, number, separated, text
from ideahub.ideas.tagging import typed_tags
from ideahub.moderation.web.forms import ObjectionForm
from ideahub.safe_space.settings import FEWEST_DAYS, MOST_DAYS, Space


@dataclass
class SpaceForm:
    """What a campaign allows."""

    lets_hide: bool = checkbox()
    lets_speak_for: bool = checkbox()
    days: int | None = number(FEWEST_DAYS, MOST_DAYS, required=True)

    @property
    def space(self) -> Space:
        """The choice; only of a form without errors."""
        return Space(self.lets_hide, self.lets_speak_for, self.days or FEWEST_DAYS)


@dataclass
class FacilitatorForm:
    """The address of somebody who is to speak for others."""

    address: str = line(lengths.ADDRESS, required=True)


@dataclass
class OwnNameForm:
    """The name behind which somebody takes part."""

    name: str = line(lengths.PSEUDONYM, required=True)


@dataclass
class PersonForm:
    """A chosen name, and who it is: that is kept in no draft."""

    name: str = line(lengths.PSEUDONYM, required=True)
    real_name: str = line(lengths.PERSON_NAME, required=True)
    real_contact: str = line(lengths.ADDRESS)
    real_note: str = text(lengths.REASON)


@dataclass
class LookForm:
    """Why somebody has to know who it is; `press` makes two presses of the button one look."""

    reason: str = text(lengths.REASON, required=True)
    press: str = line(40)


@dataclass
class NameAppealForm(ObjectionForm):
    """The same for a decision about what was said under a chosen name. `ruling` is its number, and
    in no draft: it would lead from the account to the name."""

    ruling: str = line(20, required=True)


@dataclass
class SayForm(ContributeForm):
    """A contribution under a chosen name; `voice` is its number."""

    voice: str = line(20)
    from_experience: bool = checkbox()


@dataclass
class VoteForm:
    """For whom a facilitator votes."""

    voice: str = line(20)


@dataclass
class NamelessIdeaForm:
    """An idea under a chosen name."""

    title: str = line(lengths.TITLE, required=True)
    body: str = text(required=True)
    why: str = text()
    tags: list[str] = separated(typed_tags, 400)
    from_experience: bool = checkbox()
