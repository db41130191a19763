-- One row per clock KPI, segment, month and age: how many entered and left the risk set at it, and how. They add over months.
with by_circumstances as (

    select
        kpi_code,
        dimension,
        segment_key,
        exposure_month,
        entry_age as age,
        count(*) as entered,
        0 as exited,
        0 as stopped,
        0 as competed,
        count(*) filter (where is_carried_in) as carried_in,
        0 as carried_out,
        observed_through,
        min(started_on) as first_started_on,
        max(observable_duration) as observable_age
    from {{ ref('int_clock_exposures') }}
    group by all
    union all
    select
        kpi_code,
        dimension,
        segment_key,
        exposure_month,
        exit_age,
        0,
        count(*),
        count(*) filter (where ending = 'stopped'),
        count(*) filter (where ending = 'competed'),
        0,
        count(*) filter (where is_carried_out),
        null,
        null,
        null
    from {{ ref('int_clock_exposures') }}
    group by all

)

select
    kpi_code,
    dimension,
    segment_type,
    segment_value,
    is_partner_segment,
    exposure_month,
    age,
    cast(sum(entered) as bigint) as entered,
    cast(sum(exited) as bigint) as exited,
    cast(sum(stopped) as bigint) as stopped,
    cast(sum(competed) as bigint) as competed,
    cast(sum(carried_in) as bigint) as carried_in,
    cast(sum(carried_out) as bigint) as carried_out,
    observed_through,
    min(first_started_on) as first_started_on,
    max(observable_age) as observable_age
from {{ in_segments('by_circumstances') }}
group by all
