-- One row per kind of clock, with who answers for it and whether waiting for the other side stops it.
select
    process,
    metric,
    name as clock_name,
    accountable,
    pauses
from {{ as_known('raw_policy', 'sla_processes') }}
