"""All settings of a warehouse home, in one place: command line, then environment, then `partner_kpi.toml` in the home.

Nothing else in the project reads the environment. A setting that nobody knows is an error, not a silence.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfoNotFoundError

from ingest.errors import PartnerKpiError, twin_hint
from ingest.pulling.access import Access
from ingest.pulling.address import AddressError, RemoteInbox
from ingest.reading import ReadLimits
from ingest.warehouse import Limits
from partner_kpi.settings_values import READERS, SECRETS, WANTED

PROJECT = Path(__file__).resolve().parents[1]
ENVIRONMENT_PREFIX = "PARTNER_KPI_"
_BESIDE_DATABASE = 2 * 1000**3  # memory of a reading that is not the database's


class SettingsError(PartnerKpiError):
    """A setting that does not exist or does not read."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What a run works with. Field names are the keys of `partner_kpi.toml`; PARTNER_KPI_<NAME> in the environment."""

    home: Path = Path("var")
    inbox: Path | RemoteInbox = PROJECT / "seeds" / "exports"
    inbox_user: str | None = None
    inbox_password: str | None = field(default=None, repr=False)
    inbox_token: str | None = field(default=None, repr=False)
    inbox_private_key: Path | None = None
    inbox_known_hosts: Path | None = None
    inbox_host_keys: tuple[str, ...] = ()
    inbox_endpoint: str | None = None
    inbox_region: str = "us-east-1"
    inbox_ca_bundle: Path | None = None
    inbox_timeout_seconds: float = 30
    inbox_retry_seconds: float = 60
    inbox_rest_seconds: float | None = None
    inbox_done_marker: str | None = None
    inbox_max_file_mb: int = 2048
    as_of: date | None = None
    known_at: datetime | None = None
    reporting_currency: str = "USD"
    reporting_timezone: str = "UTC"
    fiscal_year_start: int = 1
    pseudonym_key: str | None = field(default=None, repr=False)
    threads: int = 2
    memory_limit: str = "4GB"
    read_seconds: int = 1800
    ages_from: str = "business_date"
    alert_webhook: str | None = None
    alert_webhook_token: str | None = field(default=None, repr=False)
    alert_email_host: str | None = None
    alert_email_port: int = 25
    alert_email_security: str = "none"
    alert_email_from: str | None = None
    alert_email_to: tuple[str, ...] = ()
    alert_email_user: str | None = None
    alert_email_password: str | None = field(default=None, repr=False)
    keep_generations: int = 30
    keep_generation_days: int = 30
    keep_replay_days: int = 90
    keep_quarantine_days: int = 365
    keep_log_days: int = 90
    keep_original_days: int = 0
    keep_delivery_days: int = 0

    @property
    def warehouse(self) -> Path:
        """Raw history and ledger; written by one process at a time."""
        return self.home / "warehouse.duckdb"

    @property
    def builds(self) -> Path:
        """Build files of dbt, each in a folder of its own."""
        return self.home / "builds"

    @property
    def published(self) -> Path:
        """Generations for readers, and the pointer `current`."""
        return self.home / "published"

    @property
    def replays(self) -> Path:
        """Past scorecards, built beside the published ones."""
        return self.home / "replays"

    @property
    def restatements(self) -> Path:
        """Which generations and replays were compared, so that the clean-up leaves them."""
        return self.home / "restatements"

    @property
    def scorecards(self) -> Path:
        """Workbooks for leadership."""
        return self.home / "scorecards"

    @property
    def logs(self) -> Path:
        """One file per run."""
        return self.home / "logs"

    @property
    def vendors(self) -> Path:
        """The analyst's own mappings, over the built-in ones."""
        return self.home / "vendors"

    @property
    def policies(self) -> Path:
        """The analyst's own policy files, over those of seeds/reference."""
        return self.home / "policies"

    def limits(self) -> Limits:
        """What one connection may use of the machine."""
        return Limits(memory=self.memory_limit, threads=self.threads)

    def read_limits(self) -> ReadLimits:
        """What reading one delivery may use of it: the database half, because another one commits meanwhile."""
        whole = self.limits()
        half = replace(whole, memory=f"{whole.memory_bytes // 2}B")
        return ReadLimits(session=half, memory=whole.memory_bytes + _BESIDE_DATABASE, seconds=self.read_seconds)

    @property
    def suites(self) -> Path:
        """The analyst's own limits and severities, over those of the built-in suites."""
        return self.home / "suites"

    @property
    def access(self) -> Access:
        """How an inbox on a server is opened, and when its files are complete."""
        return Access(
            user=self.inbox_user,
            password=self.inbox_password,
            token=self.inbox_token,
            private_key=self.inbox_private_key,
            known_hosts=self.inbox_known_hosts,
            host_keys=self.inbox_host_keys,
            endpoint=self.inbox_endpoint,
            region=self.inbox_region,
            ca_bundle=self.inbox_ca_bundle,
            timeout_seconds=self.inbox_timeout_seconds,
            retry_seconds=self.inbox_retry_seconds,
            rest_seconds=self.inbox_rest_seconds,
            done_marker=self.inbox_done_marker,
            max_file_bytes=self.inbox_max_file_mb * 1024 * 1024,
        )

    def reporting(self) -> dict[str, str | int]:
        """The settings that change numbers; a generation's manifest keeps them."""
        return {
            "reporting_currency": self.reporting_currency,
            "reporting_timezone": self.reporting_timezone,
            "fiscal_year_start": self.fiscal_year_start,
        }


def load_settings(
    *,
    home: Path | None = None,
    inbox: Path | str | None = None,
    as_of: str | None = None,
    known_at: str | None = None,
    environment: Mapping[str, str] | None = None,
) -> Settings:
    """Settings of the home. Arguments win over the environment, the environment over the home's file.

    Raises SettingsError with the place and what to do.
    """
    environ = os.environ if environment is None else environment
    values: dict[str, object] = {"home": home or Path(environ.get(ENVIRONMENT_PREFIX + "HOME", "var"))}
    file = Path(str(values["home"])) / "partner_kpi.toml"
    values |= {name: read_setting(name, value, str(file)) for name, value in _from_file(file).items()}
    for name in (each.name for each in fields(Settings)):
        variable = ENVIRONMENT_PREFIX + name.upper()
        if name != "home" and environ.get(variable):
            values[name] = read_setting(name, environ[variable], f"the environment variable {variable}")
    if inbox is not None:
        values["inbox"] = read_setting("inbox", inbox, "--inbox")
    if as_of is not None:
        values["as_of"] = read_setting("as_of", as_of, "--as-of")
    if known_at is not None:
        values["known_at"] = read_setting("known_at", known_at, "--known-at")
    return Settings(**values)  # type: ignore[arg-type]


def _from_file(file: Path) -> dict[str, object]:
    if not file.is_file():
        return {}
    try:
        content: dict[str, object] = tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file} does not read as TOML: {error}. Correct the line and run again.") from error
    known = {field.name for field in fields(Settings)} - {"home"}
    for name, value in content.items():
        if name not in known:
            raise SettingsError(
                f"{file}: nobody knows the setting `{name}`.{twin_hint(name, known)} "
                f"Known are {', '.join(sorted(known))}."
            )
        if name in SECRETS or (name == "alert_webhook" and "@" in urlsplit(str(value)).netloc):
            raise SettingsError(
                f"{file}: `{name}` is a credential and must not lie in a file. Give it in the environment: "
                f"{ENVIRONMENT_PREFIX}{name.upper()}"
            )
    return content


def read_setting(name: str, value: object, place: str) -> Any:
    """A setting by its text, wherever it was given. Raises SettingsError naming the place."""
    try:
        return READERS[name](value)
    except AddressError as error:
        raise SettingsError(f"{place}: {error}") from None
    except (ValueError, TypeError, ZoneInfoNotFoundError) as error:
        shown = "(a secret)" if name in SECRETS else repr(value)
        raise SettingsError(f"{place}: {name} = {shown} is not {WANTED[name]}. Correct it and run again.") from error
