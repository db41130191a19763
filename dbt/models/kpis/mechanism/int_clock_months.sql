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
        observed_through,
        min(started_on) as first_started_on
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
        null,
        null
    from {{ ref('int_clock_exposures') }}
    group by all

)

select
    by_circumstances.kpi_code,
    by_circumstances.dimension,
    members.segment_type,
    members.segment_value,
    members.is_partner_segment,
    by_circumstances.exposure_month,
    by_circumstances.age,
    cast(sum(by_circumstances.entered) as bigint) as entered,
    cast(sum(by_circumstances.exited) as bigint) as exited,
    cast(sum(by_circumstances.stopped) as bigint) as stopped,
    cast(sum(by_circumstances.competed) as bigint) as competed,
    cast(sum(by_circumstances.carried_in) as bigint) as carried_in,
    by_circumstances.observed_through,
    min(by_circumstances.first_started_on) as first_started_on
from by_circumstances
inner join {{ ref('int_segment_members') }} as members on by_circumstances.segment_key = members.segment_key
inner join {{ ref('int_kpi_segments') }} as segments
    on by_circumstances.kpi_code = segments.kpi_code
    and members.segment_type = segments.segment_type
group by all
