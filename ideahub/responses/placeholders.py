"""The placeholders in answers to ideas, such as {title}, and what they stand for."""

from collections.abc import Mapping
from re import compile as pattern
from typing import Any

from ideahub.questions.placeholders import put_in
from ideahub.responses.labels import reason_labels

# The fields of an answer in which placeholders are replaced; only `body` is Markdown.
FILLED = ("body", "conditions", "would_change", "elsewhere")
_MARKDOWN = pattern(r"([\\`*_\[\]<>#|~])")


def words_of_idea(title: str, author: str, challenge: str, supporters: int) -> dict[str, str]:
    """What stands for the idea, by placeholder."""
    return {
        "{title}": title,
        "{name}": author,
        "{challenge}": challenge,
        "{supporters}": str(supporters),
    }


def words_of_answer(typed: Mapping[str, Any]) -> dict[str, str]:
    """What stands for the reason and the condition of an answer with these fields, by placeholder;
    empty where they are not there."""
    reasons = {key.value: label for key, label in reason_labels().items()}
    return {
        "{reason}": reasons.get(str(typed.get("reason_kind")), ""),
        "{condition}": str(typed.get("conditions") or typed.get("would_change") or ""),
    }


def filled(typed: Mapping[str, Any], words: Mapping[str, str]) -> dict[str, str]:
    """The fields of an answer that have placeholders, with these words in their place."""
    # A title is words, also where it has marks that Markdown reads.
    escaped = {key: _MARKDOWN.sub(r"\\\1", value) for key, value in words.items()}
    return {
        name: put_in(str(typed[name]), escaped if name == "body" else words)
        for name in FILLED
        if typed.get(name)
    }
