"""What the site writes to people beside its pages: mail and notices, read back in tests."""

import re
from email import message_from_bytes, policy
from pathlib import Path
from urllib.parse import unquote

from httpx import Response

from ideahub.accounts.codes import LETTERS
from ideahub.core.config import Config
from ideahub.core.mailing import kept_mail
from ideahub.http.pages import INFORMS, NOTICE_COOKIE
from tests.support.pseudo import plain

CODE = re.compile(rf"[{LETTERS}]{{4}}-[{LETTERS}]{{4}}")


def read_letter(path: Path) -> str:
    """Subject and text of a mail, in the language that it is in."""
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    body = message.get_body(("plain",))
    assert body
    return f"{message['Subject']}\n{body.get_content()}"


def newest_letter(config: Config) -> str:
    """Subject and text of the newest mail that was kept, in English."""
    return plain(read_letter(kept_mail(config)[0]))


def newest_code(config: Config) -> str:
    """The code in the newest mail that was kept."""
    found = CODE.search(newest_letter(config))
    assert found
    return found[0]


def notice_of(answer: Response) -> str:
    """The sentence that the next page will show, in English."""
    return plain(unquote(answer.cookies[NOTICE_COOKIE]).removeprefix(INFORMS))
