-- One row per value of the KPIs that are an expression over others in the same window and segment:
-- the sum over terms of coefficient x product of factor ^ exponent (seeds/reference/kpi_derivations.csv).
with derivations as (

    select
        *,
        count(*) over (partition by kpi_code) as factor_count
    from {{ ref('stg_policy__kpi_derivations') }}

),

factors as (

    select
        kpi_code as factor_code,
        statistic as factor_statistic,
        dimension as factor_dimension,
        segment_type,
        segment_value,
        period_type,
        period_start,
        period_end,
        window_end,
        is_complete,
        value
    from {{ ref('int_kpi_basic_values') }}
    union all
    -- A number that any derivation may use: the days of the window that have passed.
    select distinct
        'days_in_window', 'value', '', segment_type, segment_value, period_type, period_start, period_end, window_end,
        is_complete, cast(window_end - period_start + 1 as double)
    from {{ ref('int_kpi_basic_values') }}
    where period_type != 'all_time'

),

terms as (

    select
        derivations.kpi_code,
        derivations.term,
        factors.segment_type,
        factors.segment_value,
        factors.period_type,
        factors.period_start,
        factors.period_end,
        factors.window_end,
        factors.is_complete,
        any_value(derivations.factor_count) as factor_count,
        count(*) as found_count,
        -- A factor that does not exist, or a division by zero, leaves no value.
        if(
            count(*) = count(factors.value) and not bool_or(factors.value = 0 and derivations.exponent < 0),
            any_value(cast(derivations.coefficient as double)) * product(power(factors.value, derivations.exponent)),
            null
        ) as term_value
    from derivations
    inner join factors
        on derivations.factor_code = factors.factor_code
        and derivations.factor_statistic = factors.factor_statistic
        and derivations.factor_dimension = factors.factor_dimension
    inner join {{ ref('int_kpi_segments') }} as segments
        on derivations.kpi_code = segments.kpi_code
        and factors.segment_type = segments.segment_type
    inner join {{ ref('kpi_definitions') }} as definitions
        on derivations.kpi_code = definitions.kpi_code
        and list_contains(
            if(factors.segment_type = 'partner', definitions.partner_periods, definitions.periods), factors.period_type
        )
    group by all

)

select
    kpi_code,
    '' as dimension,
    segment_type,
    segment_value,
    period_type,
    period_start,
    period_end,
    window_end,
    is_complete,
    'value' as statistic,
    if(sum(found_count) = any_value(factor_count) and bool_and(term_value is not null), sum(term_value), null) as value,
    'no_denominator' as missing_state,
    cast(null as decimal(38, 12)) as numerator,
    cast(null as decimal(38, 12)) as denominator,
    cast(0 as bigint) as observation_count,
    cast(null as bigint) as event_count,
    cast(null as double) as ci_low,
    cast(null as double) as ci_high
from terms
group by all
