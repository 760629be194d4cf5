"""A mail in a language that runs from the right keeps names of the other direction apart."""

from ideahub.core.languages import in_language
from ideahub.core.mail_content import content_in
from ideahub.core.site import Site
from ideahub.core.telling import MessageKind, Words
from ideahub.http.mail_layout import html_of
from ideahub.notifications.letters import Post, Receiver, letter_of
from ideahub.notifications.rhythms import Subject

NAME = "\u2068Ben Okoye\u2069"


def test_a_name_stays_isolated_in_the_text_and_not_in_the_header() -> None:
    words = Words(f"{NAME} أضاف", "نص")
    subject = Subject(MessageKind.ACTIVITY, ("idea:7",), "idea:7")
    post = Post(Site("https://ideas.lindenau"), None)
    with in_language("en"):
        mail = letter_of(post, Receiver(3, "cem@mail.lindenau"), words, subject, 9)
    assert mail.subject == "Ben Okoye أضاف"
    assert mail.content and f">{NAME} أضاف</h1>" in html_of(content_in(mail.content))
