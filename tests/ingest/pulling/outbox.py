"""What a sender has laid out, and what is pulled of it into a home."""

from __future__ import annotations

from pathlib import Path

from ingest.pulling.arrival import Arrived, arrive
from partner_kpi.settings import Settings, load_settings

DEALS = "opportunity_id,name,stage,amount,currency,created_date,close_date\nO1,Deal 1,Open,100.00,USD,2026-07-01,\n"
DEALS_FILE = "opportunities_2026-07-31.csv"


def lay_out(root: Path, **files: str) -> Path:
    """Files of the instance `generic`; by default the one of the deals."""
    folder = root / "generic"
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (files or {DEALS_FILE: DEALS}).items():
        (folder / name).write_text(text)
    return root


def home_of(folder: Path, inbox: str, **settings: object) -> Settings:
    """Settings as the environment would give them, with no pauses to wait through."""
    values = {"rest_seconds": 0, "retry_seconds": 0, "timeout_seconds": 5, **settings}
    environment = {f"PARTNER_KPI_INBOX_{name.upper()}": str(value) for name, value in values.items()}
    return load_settings(home=folder / "home", environment={**environment, "PARTNER_KPI_INBOX": inbox})


def pull(settings: Settings, run_id: str | None = None) -> Arrived:
    settings.home.mkdir(parents=True, exist_ok=True)
    return arrive(settings.inbox, home=settings.home, access=settings.access, run_id=run_id)


def pulled(settings: Settings) -> dict[str, str]:
    """What lies in the home of the server's files, by path; hidden files are ours."""
    folder = settings.home / "pulled"
    paths = [path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(".")]
    return {str(path.relative_to(folder)): path.read_text() for path in paths}


def told(arrival: Arrived) -> str:
    """All problems, in one text."""
    return "\n".join(map(str, arrival.problems))


def state_of(root: Path) -> dict[str, tuple[bytes, int, int]]:
    """Everything a folder holds: bytes, time of change and rights."""
    return {
        str(path): (path.read_bytes() if path.is_file() else b"", path.stat().st_mtime_ns, path.stat().st_mode)
        for path in root.rglob("*")
    }
