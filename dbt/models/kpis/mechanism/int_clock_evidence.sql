-- One row per evidence row of a clock that counts. Stored, because clocks do not add up before they are cut into months.
select
    kpi_code,
    dimension,
    aggregation,
    basis,
    stretch_id,
    route,
    event_month,
    started_on,
    ended_on,
    coalesce(entry_duration, -1) as first_entry_age,
    duration,
    observable_duration,
    ending,
    observed_through
from {{ ref('int_kpi_evidence') }}
where
    aggregation in ('clock', 'percentile')
    and not is_excluded
    and {{ is_of(['clock', 'percentile']) }}
