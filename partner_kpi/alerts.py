"""Who should know after a run, and of what: a run that failed, deliveries that stand refused, exports that are stale.

One message per change of that state: the home remembers what each channel was last told. A message that does not
arrive is tried again with the next run; it never fails the run, and the operations log says so.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path

from partner_kpi.alert_channels import Channel, ChannelError, channels, send
from partner_kpi.operations import record
from partner_kpi.settings import Settings
from partner_kpi.status import Status, read_status

MEMORY = "alerted.json"


@dataclass(frozen=True, kw_only=True)
class Message:
    """What is told. `state` are the kinds of trouble: failed, refused, stale; `text` ends with what to do."""

    subject: str
    text: str
    state: tuple[str, ...]
    home: str
    run_id: str
    fingerprint: str

    def as_json(self) -> str:
        """The body for a webhook; chat systems show `text`."""
        return json.dumps(asdict(self), ensure_ascii=False)


def alert(settings: Settings, *, run_id: str, failure: str | None, problems: tuple[str, ...]) -> None:
    """Tell each channel that is set what stands wrong, unless it was told just that. Never raises."""
    wanted = channels(settings)
    if not wanted:
        return
    try:
        message = compose(settings, read_status(settings), run_id=run_id, failure=failure, problems=problems)
        for channel in wanted:
            _tell(settings, channel, message)
    except Exception as error:  # whatever it is, the run's own result must stand
        _log(settings, run_id, "failed", f"No alert could be made: {type(error).__name__}: {error}")


def compose(
    settings: Settings, status: Status, *, run_id: str, failure: str | None, problems: tuple[str, ...]
) -> Message:
    """One message about all that stands wrong; its `state` is empty where nothing does."""
    parts: dict[str, list[str]] = {}
    if failure:
        parts["failed"] = [f"The run failed, and readers keep the last generation. {failure}"]
    refused = [f"{each.reason} Quarantine: partner-kpi quarantine show {each.load_seq}" for each in status.refusals]
    if refused or problems:
        parts["refused"] = [*refused, *problems]
    if status.stale:
        parts["stale"] = [
            f"{each.export} of {each.instance} is {each.age_days} days old, through {each.data_through}, and due every "
            f"{each.due_days}. Ask its sender, and look whether a delivery was refused."
            for each in status.stale
        ]
    paragraphs = [paragraph for listed in parts.values() for paragraph in listed]
    return Message(
        subject=f"Partner KPI warehouse: {', '.join(parts) or 'well'}",
        text="\n\n".join([*paragraphs, f"Home {settings.home.absolute()}, run {run_id}. More: partner-kpi status"]),
        state=tuple(parts),
        home=str(settings.home.absolute()),
        run_id=run_id,
        fingerprint=_fingerprint(status, failure, problems),
    )


def _fingerprint(status: Status, failure: str | None, problems: tuple[str, ...]) -> str:
    """What makes one state another; numbers of runs, processes and days are no change."""
    said = [re.sub(r"\d+", "#", text) for text in (failure or "", *problems)]
    refused = [each.load_seq for each in status.refusals]
    stale = [[each.export, each.instance] for each in status.stale]
    return json.dumps([*said, refused, stale])


def _tell(settings: Settings, channel: Channel, message: Message) -> None:
    memory = _remembered(settings)
    if memory.get(channel.name) == message.fingerprint:
        return
    if message.state:
        try:
            send(channel, message.subject, message.text, message.as_json())
        except ChannelError as error:
            _log(settings, message.run_id, "failed", str(error), channel)
            return
        _log(settings, message.run_id, "sent", message.subject, channel)
    _remember(settings, {**memory, channel.name: message.fingerprint})


def _log(settings: Settings, run_id: str, result: str, why: str, channel: Channel | None = None) -> None:
    ids = {"run_id": run_id, "channel": channel.name if channel else "", "to": channel.place if channel else ""}
    record(settings, "alert", result=result, ids=ids, why=why)


def _memory(settings: Settings) -> Path:
    return settings.logs / MEMORY


def _remembered(settings: Settings) -> dict[str, str]:
    try:
        found: dict[str, str] = json.loads(_memory(settings).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found


def _remember(settings: Settings, memory: dict[str, str]) -> None:
    beside = _memory(settings).with_suffix(".partial")
    beside.write_text(json.dumps(memory, indent=2) + "\n", encoding="utf-8")
    beside.replace(_memory(settings))
