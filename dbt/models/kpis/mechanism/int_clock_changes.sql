-- One row per clock code, circumstances, month and age: how many clocks entered and left the risk set at it, and how.
{{ config(materialized='table_in_parts') }}

with changes as (

    -- Each exposure is an entry and an exit.
    select
        *,
        unnest([true, false]) as is_entry,
        if(is_entry, entry_age, exit_age) as age
    from {{ ref('int_clock_exposures') }}

)

select
    kpi_code,
    dimension,
    stretch_id,
    route,
    exposure_month,
    age,
    cast(count(*) filter (where is_entry) as integer) as entered,
    cast(count(*) filter (where not is_entry) as integer) as exited,
    cast(count(*) filter (where not is_entry and ending = 'stopped') as integer) as stopped,
    cast(count(*) filter (where not is_entry and ending = 'competed') as integer) as competed,
    cast(count(*) filter (where is_entry and is_carried_in) as integer) as carried_in,
    cast(count(*) filter (where not is_entry and is_carried_out) as integer) as carried_out,
    -- How far an entering clock could be followed: from its start to what its source has shown.
    if(is_entry, observed_through, null) as observed_through,
    min(started_on) filter (where is_entry) as first_started_on,
    max(observable_duration) filter (where is_entry) as observable_age
from changes
group by kpi_code, dimension, stretch_id, route, exposure_month, age, if(is_entry, observed_through, null)
