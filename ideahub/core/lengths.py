"""How long texts may be, in characters: each number stands here and nowhere else.

A character is a code point of Unicode; a line end counts as one, however it was sent. So an
accented letter is one, and an emoji one or more. Texts are counted as they are kept, after
`clean_text` or `clean_line`; web/assets/js/length.js counts the same in the browser.
"""

# Texts of several lines: what an idea is, a contribution, a description.
TEXT = 20_000
# An idea's title, and that of each revision.
TITLE = 160
TAG = 40
TAGS = 8
# What somebody says about a change.
NOTE = 300
PSEUDONYM = 60
PERSON_NAME = 120
ORGANISATION_NAME = 200
CAMPAIGN_TITLE = 200
QUESTION = 300
TAGLINE = 400
PRIZE = 500
PHASE_NAME = 120
# A question to whoever asks for ideas, also as it is published.
ASKED = 2_000
# What a template of answers is called, and the words before an answer in a letter.
TEMPLATE_NAME = 120
LETTER = 2_000
# What an answer to "why?" takes, and the framing of a campaign.
WHY = 500
FRAMING = 5_000
# A prize's title or category, and the name of what a part of it is paid for.
PRIZE_TITLE = 200
PARTNER_NAME = 200
LINK = 500
LEGAL_AUTHORITY = 1_000
FISCAL_YEAR = 20
# A custom form: what a field is called, what is said about it, and one of its choices.
FIELD_LABEL = 200
FIELD_HELP = 1_000
FIELD_CHOICE = 200
# An answer in one line, and one that is a link.
ANSWER_LINE = 500
ANSWER_LINK = 2_000
TEAM_NAME = 120
# A mail address, and the name of a file.
ADDRESS = 320
FILE_NAME = 100
# Why somebody decided something.
REASON = 2_000
PANEL_NAME = 120
CRITERION_NAME = 120
CRITERION_TEXT = 1_000
# What a judge writes about one criterion.
SCORE_COMMENT = 5_000
# The subject of a letter to entrants.
LETTER_SUBJECT = 200
# A provider of sign-ins (OpenID Connect): its button, and what it calls us, people and groups.
PROVIDER_NAME = 60
CLIENT_ID = 300
CLIENT_SECRET = 2_000
SCOPES = 500
CLAIM_NAME = 200
GROUP_NAME = 200
SUBJECT = 300
# What a person calls a passkey, such as the device that has it.
PASSKEY_NAME = 80
