"""The report of an import: counts, and what was refused and why."""

from dataclasses import dataclass, field
from typing import Any

from ideahub.core.i18n import N_, _, ngettext
from ideahub.core.text.cleaning import clean_line, shortened

LONGEST_REASON = 500
MOST_SHOWN = 50


@dataclass
class ImportCount:
    """How many rows of a kind were new, and how many were there already."""

    created: int = 0
    unchanged: int = 0

    def count(self, *, new: bool) -> None:
        """Counts a row, new or not."""
        self.created += new
        self.unchanged += not new

    def add(self, created: int, of: int) -> None:
        """Counts several rows: `of` in all, of which `created` are new."""
        self.created += created
        self.unchanged += of - created


@dataclass(frozen=True)
class RejectedRecord:
    """A record that was not imported: its place in the files, and the reason."""

    where: str
    why: str


@dataclass
class Report:
    """The outcome of an import.

    `refused` lists what was not imported; `notes` are sentences about what was, such as a date
    that could not be read; `readings` are sentences on how the files were understood. `failed` is
    true where a whole file could not be used.
    """

    campaigns: ImportCount = field(default_factory=ImportCount)
    ideas: ImportCount = field(default_factory=ImportCount)
    people: ImportCount = field(default_factory=ImportCount)
    votes: ImportCount = field(default_factory=ImportCount)
    refused: list[RejectedRecord] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    readings: list[str] = field(default_factory=list)
    failed: bool = False

    def refuse(self, where: str, why: str) -> None:
        """Adds a record that was not imported."""
        self.refused.append(
            RejectedRecord(clean_line(where), shortened(clean_line(why), LONGEST_REASON))
        )

    def note(self, sentence: str) -> None:
        """Adds a sentence about something that was imported."""
        self.notes.append(clean_line(sentence))

    def fail(self, where: str, why: str) -> None:
        """Adds a file that could not be used at all, which ends the import."""
        self.refuse(where, why)
        self.failed = True

    def as_json(self) -> dict[str, Any]:
        """The object that `--json` prints: counts, refused records and, if any, `readings`."""
        tallies = {
            name: {"created": tally.created, "unchanged": tally.unchanged}
            for name, tally in self._tallies()
        }
        refused = [{"where": refusal.where, "why": refusal.why} for refusal in self.refused]
        readings = {"readings": self.readings} if self.readings else {}
        return {**tallies, "refused": refused, **readings}

    def sentences(self) -> list[str]:
        """The counts in words, how the files were read, then the notes."""
        words = {
            "campaigns": N_("Challenges and idea boxes: %(new)s new, %(old)s here already."),
            "ideas": N_("Ideas: %(new)s new, %(old)s here already."),
            "people": N_("People: %(new)s new, %(old)s here already."),
            "votes": N_("Votes: %(new)s new, %(old)s here already."),
        }
        counts = [
            _(words[name], new=tally.created, old=tally.unchanged)
            for name, tally in self._tallies()
            if tally.created or tally.unchanged
        ]
        refused = len(self.refused)
        left_out = ngettext(
            "%(num)s record was left out.", "%(num)s records were left out.", refused
        )
        return [*counts, *([left_out] if refused else []), *self.readings, *self.notes]

    def as_text(self) -> str:
        """The text for the terminal: the sentences, then the first MOST_SHOWN refused records."""
        places = [f"  {refusal.where}: {refusal.why}" for refusal in self.refused[:MOST_SHOWN]]
        more = len(self.refused) - len(places)
        rest = [f"  {_('… and %(num)s more; --json lists them all.', num=more)}"] if more else []
        return "\n".join([*self.sentences(), *places, *rest])

    def _tallies(self) -> list[tuple[str, ImportCount]]:
        return [
            ("campaigns", self.campaigns),
            ("ideas", self.ideas),
            ("people", self.people),
            ("votes", self.votes),
        ]
