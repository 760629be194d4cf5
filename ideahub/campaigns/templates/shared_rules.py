"""Rules that several templates have in common."""

from ideahub.core.i18n import N_

WHO_OWNS = N_(
    "What you send in stays yours. You allow the organiser to show it here, and to use it for the "
    "purpose of this challenge."
)
OWN_WORK = N_(
    "Send in your own work, or work that you are allowed to use. Name the sources that you used, "
    "also where software wrote or drew something for you."
)
FAIR_JUDGING = N_(
    "Judges say before they read whether they have a conflict of interest with an entry. Whoever "
    "has one does not score that entry."
)
REASONS = N_(
    "Everyone who sent in an entry is told the result, with reasons. You can object to the result "
    "within the time that is named with it."
)
PERSONAL_DATA = N_(
    "We use your name and address only to run this challenge, and name nobody in public who has "
    "not agreed to it."
)
