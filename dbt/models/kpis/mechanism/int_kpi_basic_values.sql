-- One row per value of every KPI that is computed from evidence, on the full grid, so that gaps are stated.
with definitions as (

    select * from {{ ref('kpi_definitions') }}

),

grid as not materialized (

    select
        grid.series_id,
        grid.window_id,
        definitions.aggregation,
        series.is_partner_segment,
        definitions.statistics,
        definitions.horizons,
        definitions.duration_unit
    from {{ ref('int_kpi_grid') }} as grid
    inner join {{ ref('int_kpi_series') }} as series on grid.series_id = series.series_id
    inner join definitions on series.kpi_code = definitions.kpi_code

),

added as (

    select
        grid.series_id,
        grid.window_id,
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
    left join {{ ref('int_kpi_sums') }} as sums using (series_id, window_id)
    where grid.aggregation in ('sum', 'count', 'ratio')

),

stocks as (

    select
        grid.series_id,
        grid.window_id,
        grid.statistic,
        cast(case grid.statistic
            when 'value' then coalesce(stocks.closing, 0)
            when 'opening' then coalesce(stocks.opening, 0)
            when 'average' then (coalesce(stocks.opening, 0) + coalesce(stocks.closing, 0)) / 2
        end as double) as value,
        'no_denominator' as missing_state,
        case grid.statistic
            when 'value' then coalesce(stocks.closing, 0)
            when 'opening' then coalesce(stocks.opening, 0)
        end as numerator,
        cast(null as decimal(38, 12)) as denominator,
        coalesce(stocks.observation_count, 0) as observation_count,
        cast(null as bigint) as event_count,
        cast(null as double) as ci_low,
        cast(null as double) as ci_high,
        coalesce(stocks.unconverted_count, 0) as unconverted_count
    from (select *, unnest(statistics) as statistic from grid where aggregation = 'stock') as grid
    left join {{ ref('int_kpi_stocks') }} as stocks using (series_id, window_id)

),

asked as (

    select series_id, window_id, is_partner_segment, unnest(statistics) as statistic
    from grid
    where aggregation in ('clock', 'percentile')
    union all
    select series_id, window_id, is_partner_segment, {{ incidence_name('unnest(horizons)', 'duration_unit') }}
    from grid
    where aggregation in ('clock', 'percentile')

),

clocks as (

    select
        asked.series_id,
        asked.window_id,
        asked.statistic,
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
    from asked
    left join {{ ref('int_kpi_clocks') }} as clocks using (series_id, window_id, statistic)
    where
        -- Gaps are stated for groups; a single partner has a row where any clock of it was at risk.
        not asked.is_partner_segment or clocks.observation_count is not null

),

found as (

    select * from added
    union all
    select * from stocks
    union all
    select * from clocks

)

select
    series.kpi_code,
    series.dimension,
    series.segment_type,
    series.segment_value,
    windows.period_type,
    windows.period_start,
    windows.period_end,
    windows.window_end,
    windows.is_complete,
    found.statistic,
    found.value,
    found.missing_state,
    found.numerator,
    found.denominator,
    found.observation_count,
    found.event_count,
    found.ci_low,
    found.ci_high,
    found.unconverted_count + coalesce(exclusions.excluded_count, 0) as excluded_count
from found
inner join {{ ref('int_kpi_series') }} as series on found.series_id = series.series_id
inner join {{ ref('int_periods') }} as windows on found.window_id = windows.window_id
left join {{ ref('int_kpi_exclusions') }} as exclusions
    on found.series_id = exclusions.series_id
    and found.window_id = exclusions.window_id
