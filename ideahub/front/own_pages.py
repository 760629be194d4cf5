"""The operator's own pages: privacy, accessibility, imprint and contact.

Each text is a file of Markdown in `pages` of the data folder: `privacy.md`, and `privacy.fr.md`
for those who read French.
"""

import asyncio
import re
from pathlib import Path

from ideahub.core.config import Config
from ideahub.core.i18n import N_
from ideahub.core.languages import language
from ideahub.core.text.cleaning import MAX_TEXT
from ideahub.core.text.rendering import markdown_html

# Name of the page, which is its address and its file → its heading.
OWN_PAGES = {
    "privacy": N_("Privacy"),
    "accessibility": N_("Accessibility"),
    "imprint": N_("Imprint"),
    "contact": N_("Contact"),
}
# A text may be longer than one that is rendered at once: then each part that begins with a heading
# is rendered by itself.
_PARTS = re.compile(r"^(?=#)", re.MULTILINE)


async def own_page_html(config: Config, name: str) -> str:
    """What the operator wrote for the page, in the reader's language if there is a file for it;
    empty where there is none.

    Raises TooLong where a part between two headings has more than 20,000 characters.
    """
    source = await asyncio.to_thread(_read, config.var / "pages", name)
    parts = _PARTS.split(source) if len(source) > MAX_TEXT else [source]
    html = [await markdown_html(part) for part in parts if part.strip()]
    # What people write begins at the third level, below a page's own headings.
    return re.sub(r"(</?h)([3-6])>", lambda at: f"{at[1]}{int(at[2]) - 1}>", "".join(html))


def _read(folder: Path, name: str) -> str:
    for path in (folder / f"{name}.{language()}.md", folder / f"{name}.md"):
        if path.is_file():
            return path.read_text(encoding="utf-8-sig")
    return ""
