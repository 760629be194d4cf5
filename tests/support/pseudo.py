"""Two languages that nobody speaks, made of the English texts: to see what a translation would do.

`en-XA` has accents on every letter, is half as long again and stands in brackets; `ar-XB` runs
from right to left, too. Whatever appears without accents has not gone through gettext. The names
are those of Android and CLDR. Both can be turned back into English exactly.

    python -m tests.support.pseudo web/locale    (make pseudo)
"""

import re
import subprocess
import sys
import tempfile
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[2]
CODES = ("en-XA", "ar-XB")
RIGHT_TO_LEFT = "ar-XB"
# What `make messages` collects, too.
EXTRACT = (
    *("-m", "babel.messages.frontend", "--quiet", "extract", "--mapping-file", "pyproject.toml"),
    *("--keywords", "counted:1,2", "--add-comments", "Translators:", "--no-location"),
    *("--ignore-dirs", ".* node_modules tests", "--project", "IdeaHub"),
)

PLAIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
# From blocks whose letters no person in the tests or the demo has in their name.
ACCENTED = "ḀḂḈḊḔḞḠḢḬɈḰḶḾṄṒṔɊṘṠṪṲṼẀẊẎẐḁḃḉḋḕḟḡḣḭɉḱḷḿṅṓṕɋṙṡṫṳṽẁẋẏẑ"
PADDING, OPEN, CLOSE = "ẖ", "⟦", "⟧"
RUN_LEFT, RUN_END = "\N{RIGHT-TO-LEFT OVERRIDE}", "\N{POP DIRECTIONAL FORMATTING}"
LONGEST_WORD = 7
TO_ACCENTED = str.maketrans(PLAIN, ACCENTED)
TO_PLAIN = str.maketrans(ACCENTED, PLAIN)
# What is put in, or read by machines.
KEPT = re.compile(r"(%\([a-z_]+\)s|%%|\{[a-z]+\})")
ADDED = re.compile(
    rf"[{OPEN}{CLOSE}\u202a-\u202e\u2066-\u2069]|[ \n]?{PADDING}+(?:[ \n]{PADDING}+)*"
)


def pseudo(text: str, code: str) -> str:
    """An English text in one of the two languages. Lists of what people type stay as they are:
    they are compared, not shown."""
    if ";" in text and "\n" in text:
        return text
    body = text.rstrip("\n")
    parts = [part if KEPT.fullmatch(part) else _worded(part, code) for part in KEPT.split(body)]
    more = -(-len(KEPT.sub("", body)) // 2)
    return f"{OPEN}{''.join(parts)}{_padding(more)}{CLOSE}{text[len(body) :]}"


def plain(text: str) -> str:
    """The English text again, wherever there are such texts within others."""
    return ADDED.sub("", text).translate(TO_PLAIN)


def _worded(part: str, code: str) -> str:
    accented = part.translate(TO_ACCENTED)
    if code != RIGHT_TO_LEFT:
        return accented
    # Letters that are Latin all the same: each word is told to run the other way.
    return re.sub(rf"\S*[{ACCENTED}]\S*", lambda word: f"{RUN_LEFT}{word[0]}{RUN_END}", accented)


def _padding(length: int) -> str:
    # At first the last word grows, as German words do; then there are more words.
    first, rest = min(length, LONGEST_WORD - 3), max(length - LONGEST_WORD + 3, 0)
    words = [PADDING * min(LONGEST_WORD, rest - at) for at in range(1, rest, LONGEST_WORD + 1)]
    return " ".join([PADDING * first, *words])


def extracted() -> Catalog:
    """Every text that can be translated, as code and templates have it now."""
    with tempfile.TemporaryDirectory() as folder:
        pot = Path(folder) / "ideahub.pot"
        subprocess.run([sys.executable, *EXTRACT, "-o", str(pot), "."], cwd=ROOT, check=True)
        with pot.open("rb") as lines:
            return read_po(lines)


def catalogue(texts: Catalog, code: str) -> bytes:
    """The texts with their translations, as a .po file."""
    made = Catalog(locale=code.replace("-", "_"), project="IdeaHub", charset="utf-8", fuzzy=False)
    for message in texts:
        if not message.id:
            continue
        several = message.id if isinstance(message.id, (tuple, list)) else (message.id,)
        found = tuple(pseudo(one, code) for one in several)
        made.add(message.id, found if len(found) > 1 else found[0], context=message.context)
    lines = BytesIO()
    write_po(lines, made, omit_header=False)
    return lines.getvalue().replace(
        b'msgstr ""\n', b'msgstr ""\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n', 1
    )


def write(folder: Path) -> None:
    """Puts both catalogues where the server looks for them."""
    texts = extracted()
    for code in CODES:
        place = folder / code.replace("-", "_") / "LC_MESSAGES"
        place.mkdir(parents=True, exist_ok=True)
        (place / "ideahub.po").write_bytes(catalogue(texts, code))


if __name__ == "__main__":
    write(Path(sys.argv[1]))
