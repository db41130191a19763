"""The service desk of a made world: organizations, tickets, their events, and the labels of hand-made tickets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from bench.workload_size import Size
from bench.workload_support import build_organizations, build_tickets
from bench.workload_support_cases import plant_tickets


@dataclass(frozen=True, kw_only=True)
class Support:
    """Tables of truth of the vendor's own service desk."""

    organizations: pd.DataFrame
    tickets: pd.DataFrame
    events: pd.DataFrame
    labels: dict[str, int]


def build_support(rng: np.random.Generator, size: Size, partners: pd.DataFrame) -> Support:
    """Everything of the desk: drawn tickets first, hand-made ones after them."""
    organizations = build_organizations(rng, size, partners)
    tickets, events = build_tickets(rng, size, partners, organizations)
    tickets, events, labels = plant_tickets(partners, organizations, tickets, events)
    return Support(organizations=organizations, tickets=tickets, events=events, labels=labels)
