"""Mail goes to real servers on this computer, encrypted where they can, and to no server that nobody vouches for."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from assessor.mail import MailError, Post, configured
from tests.mailbox import Mailbox

OURS = Path(__file__).parent / "certificate"  # made for these tests: it vouches for localhost and nothing else
PASSWORD = "p:w/1?"  # noqa: S105 - nobody's
LETTER = {"to": "a@example.org", "subject": "Über etwas", "text": "Grüße\n"}


def context() -> ssl.SSLContext:
    found = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    found.load_cert_chain(OURS / "certificate.pem", OURS / "key.pem")
    return found


def known(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
    right = isinstance(given, LoginPassword) and (given.login, given.password) == (b"me@x", PASSWORD.encode())
    return AuthResult(success=right, handled=right)


@contextmanager
def serving(**more: Any) -> Iterator[tuple[Mailbox, int]]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    box = Mailbox(port)
    controller = Controller(box, hostname="127.0.0.1", port=port, **more)
    controller.start()
    try:
        yield box, port
    finally:
        controller.stop()


def post(scheme: str, port: int, query: str = "", who: str = "") -> Post:
    settings = {"ASSESSOR_SMTP": f"{scheme}://{who}localhost:{port}{query}", "ASSESSOR_SENDER": "tool@example.org"}
    found = configured(settings)
    assert found
    return found


@pytest.mark.filterwarnings("ignore:Requiring AUTH")  # the server does not count encryption from the first byte
@pytest.mark.parametrize(
    ("scheme", "more"),
    [("smtp", {"tls_context": context(), "require_starttls": True}), ("smtps", {"ssl_context": context()})],
)
def test_mail_and_password_go_encrypted_to_a_server_that_is_trusted(scheme: str, more: dict[str, Any]) -> None:
    more |= {"authenticator": known, "auth_required": True, "auth_require_tls": scheme == "smtp"}
    with serving(**more) as (box, port):
        trusted = post(scheme, port, f"?ca={OURS / 'certificate.pem'}", "me%40x:p%3Aw%2F1%3F@")
        trusted.send(**LETTER)
        with pytest.raises(MailError, match="certificate verify failed") as unknown:
            post(scheme, port, who="me%40x:p%3Aw%2F1%3F@").send(**LETTER)
        with pytest.raises(MailError, match="535"):
            post(scheme, port, f"?ca={OURS / 'certificate.pem'}", "me%40x:wrong@").send(**LETTER)

    assert [(to, text.strip()) for to, text in box.letters()] == [("a@example.org", "Grüße")]
    assert not unknown.value.final


def test_a_file_of_certificates_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with serving(tls_context=context()) as (_, port), pytest.raises(MailError, match="did not take a mail"):
        post("smtp", port, f"?ca={tmp_path / 'gone.pem'}").send(**LETTER)


def test_only_what_a_server_refuses_for_good_is_final() -> None:
    with serving() as (box, port):
        for code, final in (("550 no such mailbox", True), ("450 try later", False)):
            box.refused = {"a@example.org": code}
            with pytest.raises(MailError) as error:
                post("smtp", port).send(**LETTER)
            assert error.value.final is final
            assert f"{code[:3]} for an address" in str(error.value)
            assert "a@example.org" not in str(error.value), "it goes to the log"
