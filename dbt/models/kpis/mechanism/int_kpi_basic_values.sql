-- One row per value of every KPI that is computed from evidence, on the full grid, so that gaps are stated.
with grid as (

    select * from {{ ref('int_kpi_grid') }}

),

definitions as (

    select * from {{ ref('kpi_definitions') }}

),

added as (

    select
        grid.* exclude (aggregation),
        'value' as statistic,
        case
            when grid.aggregation in ('sum', 'count') then cast(coalesce(sums.numerator, 0) as double)
            when sums.denominator != 0 then cast(sums.numerator as double) / cast(sums.denominator as double)
        end as value,
        'no_denominator' as missing_state,
        coalesce(sums.numerator, 0) as numerator,
        if(grid.aggregation = 'ratio', coalesce(sums.denominator, 0), null) as denominator,
        coalesce(sums.observation_count, 0) as observation_count,
        cast(null as bigint) as event_count,
        cast(null as double) as ci_low,
        cast(null as double) as ci_high,
        0 as unconverted_count
    from grid
    left join {{ ref('int_kpi_sums') }} as sums
        using (kpi_code, dimension, segment_type, segment_value, period_type, period_start, period_end)
    where grid.aggregation in ('sum', 'count', 'ratio')

),

stocks as (

    select
        grid.* exclude (aggregation),
        statistics.statistic,
        cast(case statistics.statistic
            when 'value' then coalesce(stocks.closing, 0)
            when 'opening' then coalesce(stocks.opening, 0)
            when 'average' then (coalesce(stocks.opening, 0) + coalesce(stocks.closing, 0)) / 2
        end as double) as value,
        'no_denominator' as missing_state,
        case statistics.statistic
            when 'value' then coalesce(stocks.closing, 0)
            when 'opening' then coalesce(stocks.opening, 0)
        end as numerator,
        cast(null as decimal(38, 12)) as denominator,
        coalesce(stocks.observation_count, 0) as observation_count,
        cast(null as bigint) as event_count,
        cast(null as double) as ci_low,
        cast(null as double) as ci_high,
        coalesce(stocks.unconverted_count, 0) as unconverted_count
    from grid
    inner join (select kpi_code, unnest(statistics) as statistic from definitions) as statistics
        using (kpi_code)
    left join {{ ref('int_kpi_stocks') }} as stocks
        using (kpi_code, dimension, segment_type, segment_value, period_type, period_start, period_end)
    where grid.aggregation = 'stock'

),

clocks as (

    select
        grid.* exclude (aggregation),
        statistics.statistic,
        clocks.value,
        -- Nobody was at risk, or the curve does not get there.
        coalesce(clocks.missing_state, 'no_denominator') as missing_state,
        cast(null as decimal(38, 12)) as numerator,
        cast(null as decimal(38, 12)) as denominator,
        coalesce(clocks.observation_count, 0) as observation_count,
        coalesce(clocks.event_count, 0) as event_count,
        clocks.ci_low,
        clocks.ci_high,
        0 as unconverted_count
    from grid
    inner join (
        select kpi_code, unnest(statistics) as statistic from definitions
        union all
        select kpi_code, {{ incidence_name('unnest(horizons)', 'duration_unit') }} from definitions
    ) as statistics on grid.kpi_code = statistics.kpi_code
    left join {{ ref('int_kpi_clocks') }} as clocks
        on grid.kpi_code = clocks.kpi_code
        and grid.dimension = clocks.dimension
        and grid.segment_type = clocks.segment_type
        and grid.segment_value = clocks.segment_value
        and grid.period_type = clocks.period_type
        and grid.period_start = clocks.period_start
        and grid.period_end = clocks.period_end
        and statistics.statistic = clocks.statistic
    where
        grid.aggregation in ('clock', 'percentile')
        -- Gaps are stated for groups; a single partner has a row where any clock of it was at risk.
        and (grid.segment_type != 'partner' or clocks.observation_count is not null)

)

select * from added
union all
select * from stocks
union all
select * from clocks
