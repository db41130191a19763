-- One row per value of the KPIs that are clocks: quantiles, incidences at the horizons, and the naive reading beside.
-- Made in parts, each a share of the series: at millions of clocks the curves of all at once would not fit into memory.
{{ config(materialized='table_in_parts') }}

with definitions as (

    select * from {{ ref('kpi_definitions') }} where aggregation in ('clock', 'percentile')

),

series as (

    select
        series.series_id,
        definitions.statistics,
        definitions.horizons,
        definitions.duration_unit,
        definitions.interval_method
    from {{ ref('int_kpi_series') }} as series
    inner join definitions on series.kpi_code = definitions.kpi_code

),

curves as (

    select
        curves.*,
        curves.stopped_so_far / nullif(curves.stopped_so_far + curves.stopped_later, 0) as stopped_share,
        -- The first horizon that holds the age: incidences are read at the horizons only.
        list_min(list_filter(series.horizons, lambda horizon: horizon >= curves.age)) as next_horizon,
        -- Brookmeyer and Crowley (1982): ages at which survival is not told apart from one half, on the log-log scale.
        -- Undefined at survival 1 and 0.
        case
            when curves.ended > 0 and curves.survival between 1e-12 and 1 - 1e-12 and curves.greenwood_sum > 0
                then abs(ln(-ln(curves.survival)) - ln(ln(2))) * -ln(curves.survival)
                    <= 1.959963984540054 * sqrt(curves.greenwood_sum)
            else false
        end as is_near_median
    from {{ ref('int_clock_curves') }} as curves
    inner join series on curves.series_id = series.series_id

),

until_horizons as (

    select
        series_id,
        window_id,
        next_horizon,
        sum(entered) as clock_count,
        sum(stopped) as stopped_count,
        sum(competed) as competed_count,
        max(potential_age) as potential_age,
        -- How far anything was followed: a median that is not reached is at least this.
        max(age) filter (where exited > 0) as longest_age,
        max(incidence) as incidence,
        {% for percent in [25, 50, 75, 90] -%}
        min(age) filter (where ended > 0 and incidence >= {{ percent / 100 }} - 1e-12) as p{{ percent }},
        min(age) filter (where stopped > 0 and stopped_share >= {{ percent / 100 }}) as naive_p{{ percent }},
        {% endfor -%}
        min(age) filter (where is_near_median) as median_low,
        arg_max_null(next_ended_age, age) filter (where is_near_median) as median_high,
        max(age) filter (where is_near_median) as last_near_median
    from curves
    group by series_id, window_id, next_horizon

),

totals as (

    select
        series_id,
        window_id,
        sum(clock_count) as clock_count,
        sum(stopped_count) as stopped_count,
        sum(competed_count) as competed_count,
        max(potential_age) as potential_age,
        max(longest_age) as longest_age,
        {% for percent in [25, 50, 75, 90] -%}
        min(p{{ percent }}) as p{{ percent }},
        min(naive_p{{ percent }}) as naive_p{{ percent }},
        {% endfor -%}
        min(median_low) as median_low,
        arg_max_null(median_high, last_near_median) filter (where last_near_median is not null) as median_high
    from until_horizons
    group by series_id, window_id

),

chosen as (

    select series_id, interval_method, unnest(statistics) as statistic
    from series

),

horizons as (

    select series_id, duration_unit, unnest(horizons) as horizon
    from series

),

incidences as (

    select
        totals.series_id,
        totals.window_id,
        {{ incidence_name('horizons.horizon', 'horizons.duration_unit') }} as statistic,
        horizons.horizon,
        any_value(totals.potential_age) as potential_age,
        any_value(totals.clock_count) as clock_count,
        any_value(totals.stopped_count) as stopped_count,
        coalesce(max(until_horizons.incidence) filter (where until_horizons.next_horizon <= horizons.horizon), 0) as incidence
    from totals
    inner join horizons on totals.series_id = horizons.series_id
    inner join until_horizons
        on totals.series_id = until_horizons.series_id
        and totals.window_id = until_horizons.window_id
    group by all

)

select
    totals.series_id,
    totals.window_id,
    chosen.statistic,
    cast(case chosen.statistic
        {% for percent in [25, 50, 75, 90] -%}
        when 'p{{ percent }}' then totals.p{{ percent }}
        when 'naive_p{{ percent }}' then totals.naive_p{{ percent }}
        {% endfor -%}
    end as double) as value,
    case
        when chosen.statistic = 'p50' and totals.p50 is null then cast(totals.longest_age as double)
        when chosen.statistic = 'p50' and chosen.interval_method = 'brookmeyer_crowley' and totals.competed_count = 0
            then totals.median_low
    end as ci_low,
    case
        when chosen.statistic = 'p50' and chosen.interval_method = 'brookmeyer_crowley' and totals.competed_count = 0
            and totals.p50 is not null
            then totals.median_high
    end as ci_high,
    'median_not_reached' as missing_state,
    totals.clock_count as observation_count,
    totals.stopped_count as event_count
from totals
inner join chosen on totals.series_id = chosen.series_id

union all

select
    series_id,
    window_id,
    statistic,
    if(potential_age >= horizon, incidence, null),
    null,
    null,
    'horizon_not_reached',
    clock_count,
    stopped_count
from incidences
