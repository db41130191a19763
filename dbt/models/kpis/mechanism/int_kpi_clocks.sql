-- One row per value of the KPIs that are clocks: quantiles, incidences at the horizons, and the naive reading beside.
{% set keys = clock_keys() | join(', ') -%}
with definitions as (

    select * from {{ ref('kpi_definitions') }} where aggregation in ('clock', 'percentile')

),

totals as (

    select
        {{ keys }},
        sum(clock_count) as clock_count,
        sum(stopped) as stopped_count,
        sum(competed) as competed_count,
        max(potential_age) as potential_age,
        -- How far anything was followed: a median that is not reached is at least this.
        max(age) filter (where exited > 0) as longest_age
    from {{ ref('int_clock_windows') }}
    group by all

),

curves as (

    select
        curves.*,
        totals.stopped_count,
        totals.competed_count,
        -- Brookmeyer and Crowley (1982): ages at which survival is not told apart from one half, on the log-log scale.
        -- Undefined at survival 1 and 0.
        case
            when curves.survival between 1e-12 and 1 - 1e-12 and curves.greenwood_sum > 0
                then abs(ln(-ln(curves.survival)) - ln(ln(2))) * -ln(curves.survival)
                    <= 1.959963984540054 * sqrt(curves.greenwood_sum)
            else false
        end as is_near_median,
        lead(curves.age) over (partition by {{ keys }} order by curves.age) as next_age
    from {{ ref('int_clock_curves') }} as curves
    inner join totals using ({{ keys }})

),

quantiles as (

    select
        {{ keys }},
        {% for percent in [25, 50, 75, 90] -%}
        min(age) filter (where incidence >= {{ percent / 100 }} - 1e-12) as p{{ percent }},
        min(age) filter (where stopped > 0 and stopped_so_far >= {{ percent / 100 }} * stopped_count) as naive_p{{ percent }},
        {% endfor -%}
        min(age) filter (where is_near_median) as median_low,
        arg_max_null(next_age, age) filter (where is_near_median) as median_high
    from curves
    group by all

),

horizons as (

    select kpi_code, duration_unit, unnest(horizons) as horizon
    from definitions

),

incidences as (

    select
        {{ keys }},
        {{ incidence_name('horizons.horizon', 'horizons.duration_unit') }} as statistic,
        horizons.horizon,
        any_value(totals.potential_age) as potential_age,
        coalesce(max(curves.incidence) filter (where curves.age <= horizons.horizon), 0) as incidence
    from totals
    inner join horizons using (kpi_code)
    left join curves using ({{ keys }})
    group by all

),

chosen as (

    select kpi_code, unnest(statistics) as statistic, interval_method
    from definitions

)

select
    {{ keys }},
    chosen.statistic,
    cast(case chosen.statistic
        {% for percent in [25, 50, 75, 90] -%}
        when 'p{{ percent }}' then quantiles.p{{ percent }}
        when 'naive_p{{ percent }}' then quantiles.naive_p{{ percent }}
        {% endfor -%}
    end as double) as value,
    case
        when chosen.statistic = 'p50' and quantiles.p50 is null then cast(totals.longest_age as double)
        when chosen.statistic = 'p50' and chosen.interval_method = 'brookmeyer_crowley' and totals.competed_count = 0
            then quantiles.median_low
    end as ci_low,
    case
        when chosen.statistic = 'p50' and chosen.interval_method = 'brookmeyer_crowley' and totals.competed_count = 0
            and quantiles.p50 is not null
            then quantiles.median_high
    end as ci_high,
    'median_not_reached' as missing_state,
    totals.clock_count as observation_count,
    totals.stopped_count as event_count
from totals
inner join chosen using (kpi_code)
left join quantiles using ({{ keys }})
where chosen.statistic not like 'incidence%'

union all

select
    {{ keys }},
    incidences.statistic,
    if(incidences.potential_age >= incidences.horizon, incidences.incidence, null),
    null,
    null,
    'horizon_not_reached',
    totals.clock_count,
    totals.stopped_count
from incidences
inner join totals using ({{ keys }})
