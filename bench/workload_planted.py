"""The hand-made cases of `planted_cases.yaml`, as values.

Reading and shape only: who is meant by `strong:3` is `workload_choice`; `workload_plants` adds them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

CASES = Path(__file__).with_name("planted_cases.yaml")


@dataclass(frozen=True, kw_only=True)
class PlantedDeal:
    """A deal told in full: saves are (date, stage, amount, close date), rows are (account, role, primary)."""

    label: str
    saves: tuple[tuple[str, str, float, str], ...]
    rows: tuple[tuple[str, str, bool], ...] = ()
    currency: str = "USD"
    flags: dict[str, object] = field(default_factory=dict)
    rows_on: str = ""


@dataclass(frozen=True, kw_only=True)
class PlantedRegistration:
    """A registration told in full: events are (date, status, actor); `resubmits` names an earlier label."""

    label: str
    partner: str
    events: tuple[tuple[str, str, str], ...]
    deal: str = ""
    resubmits: str = ""


def read_planted_deals() -> tuple[PlantedDeal, ...]:
    """All hand-made deals, in the order in which they are numbered."""
    return tuple(PlantedDeal(**deal) for deal in _read_cases()["deals"])


def read_planted_registrations() -> tuple[PlantedRegistration, ...]:
    """All hand-made registrations, in the order in which they are numbered."""
    return tuple(PlantedRegistration(**request) for request in _read_cases()["registrations"])


def _read_cases() -> dict[str, list[dict[str, Any]]]:
    cases: dict[str, list[dict[str, Any]]] = yaml.safe_load(CASES.read_text(encoding="utf-8"))
    return cases
