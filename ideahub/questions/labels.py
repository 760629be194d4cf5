"""What a question can be about, in words."""

from ideahub.core.i18n import _
from ideahub.questions.models import QuestionCategory


def category_labels() -> dict[QuestionCategory, str]:
    """The name of each category, in the order in which pages show them."""
    return {
        QuestionCategory.PARTICIPATION: _("Who may take part"),
        QuestionCategory.ENTRIES: _("What to hand in"),
        QuestionCategory.DATES: _("Dates"),
        QuestionCategory.JUDGING: _("How it is judged"),
        QuestionCategory.PRIZES: _("Prizes, and what comes after"),
        QuestionCategory.RULES: _("Rules and rights"),
        QuestionCategory.OTHER: _("Anything else"),
    }


def category_options() -> list[tuple[str, str]]:
    """The categories for a choice in a form."""
    return [(category.value, label) for category, label in category_labels().items()]
