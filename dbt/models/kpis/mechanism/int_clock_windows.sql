-- One row per clock series, window and age at which anybody enters or leaves the risk set: the months of the window added up.
-- Who leaves a month only to enter the next one at the same age stays within: that is no row of the window. A view: curves are
-- made of it part by part.
{{ config(materialized='view') }}

with months as not materialized (

    select * from {{ ref('int_clock_months') }} where {{ is_in_part('series_id') }}

),

in_windows as (

    select
        series_id,
        window_id,
        age,
        entered - if(is_first_month, 0, carried_in) as entered,
        exited - if(is_last_month, 0, carried_out) as exited,
        stopped,
        competed,
        -- How old a clock could have been seen to grow: in a cohort as far as its source shows, else within the window. Clocks
        -- that do not count days say it themselves; only cohorts have such clocks.
        coalesce(
            observable_age,
            if(basis = 'cohort', observed_through, least(window_end, observed_through)) - first_started_on
        ) as potential_age
    from {{ in_windows('months', 'exposure_month') }}

)

select
    series_id,
    window_id,
    age,
    cast(sum(entered) as integer) as entered,
    cast(sum(exited) as integer) as exited,
    cast(sum(stopped) as integer) as stopped,
    cast(sum(competed) as integer) as competed,
    cast(max(potential_age) as integer) as potential_age
from in_windows
where entered > 0 or exited > 0
group by series_id, window_id, age
