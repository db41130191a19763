"""A service level opened shows its clocks: what was promised, when it fell due and when it stopped."""

import io
import json
from pathlib import Path

import duckdb
import pytest
from rich.console import Console

from publish.explain import explain
from publish.explain_text import print_explanation
from publish.generation import Generation

# Three tickets of Kestrel Systems, due in August 2026: in time; late by a second, which the desk calls
# met; waiting.
CLOCKS = """
create table marts.fct_sla_clocks as
select
    'partner_support/resolution/desk:T' || n as sla_clock_id, 'desk:T' || n as entity_id, 'high' as priority,
    timestamp '2026-08-03 09:00' as started_at, timestamp '2026-08-04 09:00' as due_at,
    case n when 1 then timestamp '2026-08-03 16:05' when 2 then timestamp '2026-08-04 09:00:01' end as stopped_at,
    null::timestamp as cancelled_at, null::varchar as cancel_reason, 'PR2' as policy_id,
    480::decimal(18, 6) as target, 'business_minutes' as target_unit, false as is_source_due,
    case n when 1 then 25500 when 2 then 28801 else 576000 end::bigint as elapsed_seconds,
    28800::bigint as target_seconds,
    case n when 1 then 'met' when 2 then 'breached' else 'breached_open' end as state,
    case n when 2 then true end as source_met, n = 2 as is_disagreement
from range(1, 4) as tickets (n);
create temporary table evidence as
from marts.kpi_evidence
union all by name
select
    'sla_attainment_rate/' || sla_clock_id as evidence_id, 'sla_attainment_rate' as kpi_code, '1' as definition_version,
    partners.partner_id, 'sla_clock' as entity_type, sla_clock_id as entity_id,
    'partner_support/resolution' as dimension, date '2026-08-04' as anchor_date, date '2026-08-04' as event_date,
    state as outcome, (state = 'met')::integer as numerator, 1 as denominator
from marts.fct_sla_clocks
cross join (from marts.dim_partners where partner_name = 'Kestrel Systems') as partners;
drop view marts.kpi_evidence;
create table marts.kpi_evidence as from evidence;
insert into marts.kpi_definitions
select * replace (
    'sla_attainment_rate' as kpi_code, 'sla' as family, 'SLA attainment' as kpi_name, 'sla_clock' as entity,
    'due_date' as period_basis
)
from marts.kpi_definitions where kpi_code = 'win_rate_by_count';
insert into marts.kpi_values
select * replace (
    'sla_attainment_rate' as kpi_code, 'partner_support/resolution' as dimension, 1 / 3 as value, 1 as numerator,
    3 as denominator, 3 as observation_count, 0 as excluded_count
)
from marts.kpi_values
where kpi_code = 'win_rate_by_count' and segment_type = 'partner' and period_type = 'month'
    and period_start = '2026-08-01'
    and segment_value = (select partner_id from marts.dim_partners where partner_name = 'Kestrel Systems');
"""


@pytest.fixture
def with_clocks(generation: Generation, tmp_path: Path) -> Path:
    """The example generation, copied, with three clocks in it."""
    copied = tmp_path / "partner_kpi.duckdb"
    copied.write_bytes(generation.database.read_bytes())
    with duckdb.connect(copied) as connection:
        connection.execute(CLOCKS)
    return copied


def test_a_service_level_lists_the_clocks_behind_it(with_clocks: Path) -> None:
    answer = explain(with_clocks, "sla_attainment_rate", "Kestrel Systems", "2026-08")
    assert answer.agreements == (True,)
    assert [(clock.entity_id, clock.state) for clock in answer.clocks] == [
        ("desk:T1", "met"), ("desk:T2", "breached"), ("desk:T3", "breached_open"),
    ]  # fmt: skip
    assert json.loads(answer.as_json())["clocks"][1]["elapsed_seconds"] == 28801


def test_the_terminal_shows_what_was_promised_and_what_was_used_of_it(with_clocks: Path) -> None:
    console = Console(width=180, record=True, file=io.StringIO())
    print_explanation(explain(with_clocks, "sla_attainment_rate", "Kestrel Systems", "2026-08"), console)
    lines = {line.split()[0]: line for line in console.export_text().splitlines() if line.startswith("desk:")}
    for said in ("2026-08-04 09:00", "7:05 h of 8:00 h", "PR2: 480 business min", "met"):
        assert said in lines["desk:T1"]
    for said in ("8:00:01 h of 8:00 h", "breached", "met, differs"):
        assert said in lines["desk:T2"]
    assert "not yet" in lines["desk:T3"]


def test_what_is_no_clock_of_service_has_none(generation: Generation) -> None:
    assert explain(generation.database, "time_to_close", "all", "2026-08").clocks == ()
