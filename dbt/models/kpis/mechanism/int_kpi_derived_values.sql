-- One row per value of the KPIs that are an expression over others in the same window and segment:
-- the sum over terms of coefficient x product of factor ^ exponent (seeds/reference/kpi_derivations.csv).
with derivations as (

    select * from {{ ref('stg_policy__kpi_derivations') }}

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

places as (

    -- Where and when any factor has a value.
    select distinct
        derivations.kpi_code,
        factors.segment_type,
        factors.segment_value,
        factors.period_type,
        factors.period_start,
        factors.period_end,
        factors.window_end,
        factors.is_complete
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
    where factors.factor_code != 'days_in_window'

),

sized as (

    select
        places.*,
        derivations.term,
        derivations.factor_code,
        derivations.factor_statistic,
        derivations.factor_dimension,
        derivations.coefficient,
        derivations.exponent,
        -- What adds up, could have been seen and never happened here is zero; any other factor without a value leaves none.
        coalesce(
            factors.value,
            if(
                factors.factor_code is null
                and factor_definitions.aggregation in ('sum', 'count', 'stock')
                and factor_sources.kpi_code is not null,
                0, null
            )
        ) as value
    from places
    inner join derivations on places.kpi_code = derivations.kpi_code
    left join {{ ref('kpi_definitions') }} as factor_definitions on derivations.factor_code = factor_definitions.kpi_code
    left join {{ ref('int_kpi_sources') }} as factor_sources on derivations.factor_code = factor_sources.kpi_code
    left join factors
        on derivations.factor_code = factors.factor_code
        and derivations.factor_statistic = factors.factor_statistic
        and derivations.factor_dimension = factors.factor_dimension
        and places.segment_type = factors.segment_type
        and places.segment_value = factors.segment_value
        and places.period_type = factors.period_type
        and places.period_start = factors.period_start
        and places.period_end = factors.period_end

),

terms as (

    select
        kpi_code,
        term,
        segment_type,
        segment_value,
        period_type,
        period_start,
        period_end,
        window_end,
        is_complete,
        -- A factor that does not exist, or a division by zero, leaves no value. Multiplied in one order, for the last bit
        -- of a product depends on it.
        if(
            count(*) = count(value) and not bool_or(value = 0 and exponent < 0),
            any_value(cast(coefficient as double))
            * product(power(value, exponent) order by factor_code, factor_statistic, factor_dimension, exponent),
            null
        ) as term_value
    from sized
    group by kpi_code, term, segment_type, segment_value, period_type, period_start, period_end, window_end, is_complete

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
    if(bool_and(term_value is not null), sum(term_value order by term), null) as value,
    'no_denominator' as missing_state,
    cast(null as decimal(38, 12)) as numerator,
    cast(null as decimal(38, 12)) as denominator,
    cast(0 as bigint) as observation_count,
    cast(null as bigint) as event_count,
    cast(null as double) as ci_low,
    cast(null as double) as ci_high
from terms
group by all
