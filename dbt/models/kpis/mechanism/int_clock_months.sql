-- One row per clock series, month and age: how many entered and left the risk set at it, and how. They add over months.
{{ config(materialized='table_in_parts') }}

select
    series_id,
    exposure_month,
    age,
    cast(sum(entered) as integer) as entered,
    cast(sum(exited) as integer) as exited,
    cast(sum(stopped) as integer) as stopped,
    cast(sum(competed) as integer) as competed,
    cast(sum(carried_in) as integer) as carried_in,
    cast(sum(carried_out) as integer) as carried_out,
    observed_through,
    min(first_started_on) as first_started_on,
    max(observable_age) as observable_age
from {{ in_segments(ref('int_clock_changes'), in_parts=true) }}
group by series_id, exposure_month, age, observed_through
