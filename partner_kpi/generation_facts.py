"""What the manifest of a generation says of its making: the build, and the deliveries and policies behind it."""

from __future__ import annotations

from ingest.ledger import LoadRow
from ingest.load import utc_now
from partner_kpi.settings import Settings
from partner_kpi.warehouse_build import BuildPlan
from publish.manifest import DeliveryFact, GenerationFacts

POLICY_SOURCE = "policy"


def generation_facts(settings: Settings, build_plan: BuildPlan, loads: list[LoadRow]) -> GenerationFacts:
    """What the manifest of this build's generation says of its making."""
    known = [row for row in loads if row.verdict == "accepted" and row.load_seq <= build_plan.known_sequence]
    return GenerationFacts(
        created_at=utc_now(),
        as_of_date=build_plan.as_of,
        known_sequence=build_plan.known_sequence,
        known_at=build_plan.known_at,
        deliveries=tuple(_fact(row) for row in known if not row.export.startswith(f"{POLICY_SOURCE}.")),
        policies=tuple(_fact(row) for row in known if row.export.startswith(f"{POLICY_SOURCE}.")),
        settings=dict(settings.reporting()),
        build_fingerprint=build_plan.fingerprint,
    )


def _fact(row: LoadRow) -> DeliveryFact:
    if row.as_of_date is None:
        raise ValueError(f"load {row.load_seq} was accepted without an as-of date")
    return DeliveryFact(
        load_seq=row.load_seq,
        export=row.export,
        instance=row.instance,
        as_of_date=row.as_of_date,
        file_name=row.file_name,
        sha256=row.sha256,
        rows_accepted=row.rows_accepted,
    )
