"""How a message travels: a webhook (JSON by POST) or e-mail (SMTP). A few tries, each with a time limit.

What is told, and when, is `partner_kpi.alerts`'.
"""

from __future__ import annotations

import http.client
import smtplib
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from urllib.parse import urlsplit

from partner_kpi.settings import Settings

PAUSES = (1.0, 4.0)
SECONDS = 10.0
TOO_MANY_REQUESTS, SERVER_ERRORS = 429, 500


class ChannelError(Exception):
    """A message did not arrive; the text names where it should have gone and never a credential."""


class _FinalError(ChannelError):
    """Trying again would not help."""


@dataclass(frozen=True, kw_only=True)
class Channel:
    """Where messages go. `name` is `webhook` or `email`, `place` what may be written in a log."""

    name: str
    place: str
    deliver: Callable[[str, str, str], None]


def channels(settings: Settings) -> tuple[Channel, ...]:
    """The channels that the settings name; none is the default."""
    found = []
    if settings.alert_webhook:
        host = urlsplit(settings.alert_webhook).hostname or ""
        found.append(
            Channel(name="webhook", place=host, deliver=lambda _subject, _text, body: _post(settings, host, body))
        )
    if settings.alert_email_host and settings.alert_email_to:
        found.append(
            Channel(
                name="email",
                place=", ".join(settings.alert_email_to),
                deliver=lambda subject, text, _body: _mail(settings, subject, text),
            )
        )
    return tuple(found)


def send(channel: Channel, subject: str, text: str, body: str, *, pauses: tuple[float, ...] = PAUSES) -> None:
    """Deliver, with a pause before each further try. Raises ChannelError after the last."""
    for pause in (*pauses, None):
        try:
            channel.deliver(subject, text, body)
            return
        except _FinalError:
            raise
        except ChannelError as error:
            if pause is None:
                raise ChannelError(f"{error} {len(pauses) + 1} tries were made; the next run tries again.") from error
            time.sleep(pause)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """A redirected POST would arrive as an empty GET: it is a failure instead."""


def _post(settings: Settings, host: str, body: str) -> None:
    headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "partner-kpi"}
    if settings.alert_webhook_token:
        headers["Authorization"] = f"Bearer {settings.alert_webhook_token}"
    request = urllib.request.Request(  # noqa: S310 - http or https, as the setting was read
        settings.alert_webhook or "", data=body.encode(), headers=headers, method="POST"
    )
    try:
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=SECONDS):
            return
    except urllib.error.HTTPError as error:
        said = f"The alert webhook at {host} answered {error.code} {error.reason}."
        if error.code == TOO_MANY_REQUESTS or error.code >= SERVER_ERRORS:
            raise ChannelError(said) from error
        raise _FinalError(f"{said} Check the setting alert_webhook and its token.") from error
    except (OSError, http.client.HTTPException) as error:
        raise ChannelError(f"The alert webhook at {host} cannot be reached: {error}.") from error


def _mail(settings: Settings, subject: str, text: str) -> None:
    mail = EmailMessage()
    mail["Subject"], mail["From"] = subject, settings.alert_email_from or settings.alert_email_to[0]
    mail["To"], mail["Date"], mail["Message-ID"] = ", ".join(settings.alert_email_to), formatdate(), make_msgid()
    mail.set_content(text)
    place = f"{settings.alert_email_host}:{settings.alert_email_port}"
    if settings.alert_email_user and settings.alert_email_security == "none":
        raise _FinalError(
            f"The mail server {place} wants a password, which is not sent in the clear: set alert_email_security to "
            "starttls or tls."
        )
    try:
        with _connect(settings) as server:
            if settings.alert_email_user:
                server.login(settings.alert_email_user, settings.alert_email_password or "")
            server.send_message(mail)
    except (smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError, ssl.SSLCertVerificationError) as error:
        raise _FinalError(
            f"The mail server {place} did not let us in: {error}. Check the settings alert_email_*."
        ) from error
    except (OSError, smtplib.SMTPException) as error:
        raise ChannelError(f"The mail server {place} did not take the alert: {error}.") from error


def _connect(settings: Settings) -> smtplib.SMTP:
    host, port = settings.alert_email_host or "", settings.alert_email_port
    if settings.alert_email_security == "tls":
        return smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=ssl.create_default_context())
    server = smtplib.SMTP(host, port, timeout=SECONDS)
    if settings.alert_email_security == "starttls":
        try:
            server.starttls(context=ssl.create_default_context())
        except BaseException:
            server.close()
            raise
    return server
