"""Alerts to real servers on the loopback address: what they say, how often, and that they never fail a run."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from email import message_from_bytes
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from ingest.errors import PartnerKpiError
from partner_kpi.alert_channels import ChannelError, channels, send
from partner_kpi.alerts import alert
from partner_kpi.operations import read_operations
from partner_kpi.quarantine_desk import discard_case
from partner_kpi.settings import Settings, load_settings
from partner_kpi.watch import watched

NO_PAUSE = (0.0, 0.0)


@dataclass(kw_only=True)
class Hook:
    """A webhook that answers with `codes` in turn (the last one for good) and keeps what it got."""

    codes: list[int] = field(default_factory=lambda: [200])
    bodies: list[dict[str, object]] = field(default_factory=list)
    tokens: list[str | None] = field(default_factory=list)
    address: str = ""


@pytest.fixture
def hook() -> Iterator[Hook]:
    kept = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            kept.bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            kept.tokens.append(self.headers["Authorization"])
            self.send_response(kept.codes.pop(0) if len(kept.codes) > 1 else kept.codes[0])
            self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kept.address = f"http://127.0.0.1:{server.server_port}/hook/secret-path"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield kept
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass(kw_only=True)
class Mailbox:
    """What an SMTP server took, from whom and for whom."""

    port: int
    envelopes: list[Envelope] = field(default_factory=list)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.envelopes.append(envelope)
        return "250 taken"


@contextmanager
def mail_server(*, tls: ssl.SSLContext | None = None) -> Iterator[Mailbox]:
    """An SMTP server; with `tls` it demands STARTTLS and the login ops / hush."""

    def let_in(*asked: object) -> AuthResult:
        login = asked[-1]
        assert isinstance(login, LoginPassword)
        return AuthResult(success=(login.login, login.password) == (b"ops", b"hush"), handled=False)

    with socket.create_server(("127.0.0.1", 0)) as free:
        mailbox = Mailbox(port=free.getsockname()[1])
    server = Controller(
        mailbox,
        hostname="127.0.0.1",
        port=mailbox.port,
        **(
            {"tls_context": tls, "require_starttls": True, "auth_required": True, "authenticator": let_in}
            if tls
            else {}
        ),
    )
    server.start()
    try:
        yield mailbox
    finally:
        server.stop()


def alerts_of(settings: Settings) -> list[tuple[str, str]]:
    return [(each.result, each.why) for each in read_operations(settings) if each.what == "alert"]


def tell(settings: Settings, failure: str | None = None, problems: tuple[str, ...] = ()) -> None:
    alert(settings, run_id="r1", failure=failure, problems=problems)


def test_what_stands_refused_is_told_once(small: Settings, hook: Hook) -> None:
    """What happened and what to do, with the number in quarantine; the second run with the same state is silent."""
    settings = replace(small, alert_webhook=hook.address, alert_webhook_token="t0ken")
    tell(settings)
    tell(settings)
    (body,) = hook.bodies
    assert body["state"] == ["refused"]
    assert "opportunities_2026-08-31.csv was refused" in str(body["text"])
    assert "partner-kpi quarantine show 2" in str(body["text"])
    assert hook.tokens == ["Bearer t0ken"]
    assert [result for result, _ in alerts_of(settings)] == ["sent"]
    assert "secret-path" not in (settings.logs / "operations.jsonl").read_text()


def test_each_change_of_state_is_told(small: Settings, hook: Hook) -> None:
    """Failed and refused, then refused only, then well (silent), then failed again; numbers of runs are no change."""
    settings = replace(small, alert_webhook=hook.address)
    tell(settings, "The build failed, see dbt-20261101T1.log.")
    tell(settings, "The build failed, see dbt-20261102T2.log.")
    tell(settings)
    discard_case(settings, "2", reason="sent by mistake")
    tell(settings)
    tell(settings, "The build failed, see dbt-20261103T3.log.")
    assert [body["state"] for body in hook.bodies] == [["failed", "refused"], ["refused"], ["failed"]]


def test_stale_exports_are_told(small: Settings, hook: Hook) -> None:
    """By name, with the date through which they know and when they are due."""
    settings = replace(small, alert_webhook=hook.address, ages_from="today")
    tell(settings)
    assert hook.bodies[0]["state"] == ["refused", "stale"]
    assert "crm.opportunities of generic is" in str(hook.bodies[0]["text"])
    assert "through 2026-07-31, and due every 8" in str(hook.bodies[0]["text"])


def test_a_busy_server_is_tried_again(small: Settings, hook: Hook) -> None:
    """5xx and 429 are tried three times in all; other answers and redirects are final."""
    (channel,) = channels(replace(small, alert_webhook=hook.address))
    hook.codes = [503, 429, 200]
    send(channel, "subject", "text", "{}", pauses=NO_PAUSE)
    assert len(hook.bodies) == 3
    hook.codes = [500]
    with pytest.raises(ChannelError, match=r"answered 500 .* 3 tries were made"):
        send(channel, "subject", "text", "{}", pauses=NO_PAUSE)
    assert len(hook.bodies) == 6
    for code in (403, 302):
        hook.codes = [code]
        with pytest.raises(ChannelError, match=f"answered {code}"):
            send(channel, "subject", "text", "{}", pauses=NO_PAUSE)
    assert len(hook.bodies) == 8


def test_a_failing_alert_is_logged_and_told_by_the_next_run(small: Settings, hook: Hook) -> None:
    """It never raises; once the server is there again, the same state is told."""
    settings = replace(small, alert_webhook=hook.address)
    hook.codes = [403]
    tell(settings)
    ((result, why),) = alerts_of(settings)
    assert result == "failed" and "answered 403" in why
    hook.codes = [200]
    tell(settings)
    assert [result for result, _ in alerts_of(settings)] == ["failed", "sent"]


def test_an_alert_by_mail(small: Settings) -> None:
    """A plain message to every address, its subject naming the state."""
    with mail_server() as mailbox:
        settings = replace(
            small, alert_email_host="127.0.0.1", alert_email_port=mailbox.port,
            alert_email_from="warehouse@example.com", alert_email_to=("ops@example.com", "ada@example.com"),
        )  # fmt: skip
        tell(settings)
        tell(settings)
    (envelope,) = mailbox.envelopes
    assert envelope.rcpt_tos == ["ops@example.com", "ada@example.com"]
    mail = message_from_bytes(envelope.content, policy=default)  # type: ignore[arg-type]
    assert mail["Subject"] == "Partner KPI warehouse: refused"
    assert "partner-kpi quarantine show 2" in mail.get_content()


def test_an_alert_by_mail_with_a_login(small: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Under STARTTLS, to a server whose certificate is trusted; a wrong password or another certificate is final."""
    certificate = self_signed(tmp_path / "mail.pem")
    server_side = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server_side.load_cert_chain(certificate)
    with mail_server(tls=server_side) as mailbox:
        settings = replace(
            small, alert_email_host="127.0.0.1", alert_email_port=mailbox.port, alert_email_security="starttls",
            alert_email_to=("ops@example.com",), alert_email_user="ops", alert_email_password="hush",
        )  # fmt: skip
        (channel,) = channels(settings)
        with pytest.raises(ChannelError, match=r"did not let us in: .*certificate"):
            send(channel, "subject", "text", "{}", pauses=NO_PAUSE)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        send(channel, "subject", "text", "{}", pauses=NO_PAUSE)
        (channel,) = channels(replace(settings, alert_email_password="wrong"))
        with pytest.raises(ChannelError, match="did not let us in"):
            send(channel, "subject", "text", "{}", pauses=NO_PAUSE)
    assert len(mailbox.envelopes) == 1


def self_signed(target: Path) -> Path:
    """Key and certificate of 127.0.0.1 in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail")])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1))
        .not_valid_after(datetime(2120, 1, 1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    target.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return target


def test_a_mail_server_that_is_not_there_is_a_sentence(small: Settings) -> None:
    """Host and port are named; a password is never sent in the clear."""
    with mail_server() as mailbox:
        port = mailbox.port
    settings = replace(small, alert_email_host="127.0.0.1", alert_email_port=port, alert_email_to=("ops@example.com",))
    (channel,) = channels(settings)
    with pytest.raises(ChannelError, match=rf"127\.0\.0\.1:{port} did not take the alert"):
        send(channel, "subject", "text", "{}", pauses=())
    (channel,) = channels(replace(settings, alert_email_user="ops", alert_email_password="secret"))
    with pytest.raises(ChannelError, match="not sent in the clear"):
        send(channel, "subject", "text", "{}", pauses=())


def test_a_watched_run_writes_its_end_and_tells(small: Settings, hook: Hook) -> None:
    """One that fails is told with its paragraph and raises all the same; one that never got the home is no run."""
    settings = replace(small, alert_webhook=hook.address)
    with pytest.raises(PartnerKpiError, match="disk"), watched(settings, "r1") as watch:
        watch.begin()
        raise PartnerKpiError("The disk is full. Make room.")
    with pytest.raises(PartnerKpiError), watched(settings, "r2"):
        raise PartnerKpiError("Another process runs.")
    with watched(settings, "r3") as watch:
        watch.begin()
        watch.published(problems=(), refused=True)
    runs = [(each.ids["run_id"], each.result) for each in read_operations(settings) if each.what == "run"]
    assert runs == [("r1", "started"), ("r1", "failed"), ("r3", "started"), ("r3", "refused")]
    assert "The disk is full. Make room." in str(hook.bodies[0]["text"])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("alert_email_password = 'x'", "must not lie in a file. Give it in the environment: PARTNER_KPI_ALERT_EMAIL"),
        ("alert_webhook_token = 'x'", "must not lie in a file"),
        ("alert_webhook = 'https://me:secret@example.com/hook'", "must not lie in a file"),
        ("alert_webhook = 'example.com'", "is not an address like https"),
        ("alert_email_to = 'ops'", "is not one or more e-mail addresses"),
        ("alert_email_security = 'ssl'", "is not none, starttls or tls"),
        ("ages_from = 'now'", "is not business_date or today"),
    ],
)
def test_alert_settings_that_do_not_read(text: str, words: str, tmp_path: Path) -> None:
    """Credentials come from the environment only; a typo names what would do."""
    (tmp_path / "partner_kpi.toml").write_text(text, encoding="utf-8")
    with pytest.raises(PartnerKpiError, match=r"partner_kpi\.toml") as caught:
        load_settings(home=tmp_path, environment={})
    assert words in str(caught.value)


def test_alert_settings_from_file_and_environment(tmp_path: Path) -> None:
    """Addresses may be a list; secrets never show in what is printed of the settings."""
    (tmp_path / "partner_kpi.toml").write_text(
        "alert_email_host = 'mail.example.com'\nalert_email_port = 587\nalert_email_security = 'starttls'\n"
        "alert_email_to = ['a@example.com', 'b@example.com']\n",
        encoding="utf-8",
    )
    settings = load_settings(home=tmp_path, environment={"PARTNER_KPI_ALERT_EMAIL_PASSWORD": "hush"})
    assert settings.alert_email_to == ("a@example.com", "b@example.com")
    assert (settings.alert_email_port, settings.alert_email_password) == (587, "hush")
    assert "hush" not in repr(settings)
