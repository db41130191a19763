-- Every clock KPI rests on the clocks that were at risk in its window, each once, and on those that stopped in it. Found again
-- without the mechanism, by the months of their dates: windows hold whole months, the last one up to the run's date.
with definitions as (

    select * from {{ ref('kpi_definitions') }} where aggregation in ('clock', 'percentile')

),

evidence as (

    select
        evidence.kpi_code,
        evidence.dimension,
        evidence.partner_id,
        coalesce(history.region, 'unknown') as region,
        -- The days on which the clock is counted: at risk (basis period), started (cohort), stopped (percentile).
        case
            when definitions.aggregation = 'percentile' then evidence.event_date
            when definitions.basis = 'cohort' then cast(evidence.started_at as date)
            else cast(evidence.started_at as date) + cast(coalesce(evidence.entry_duration + 1, 0) as integer)
        end as counted_from,
        case
            when definitions.aggregation = 'percentile' then evidence.event_date
            when definitions.basis = 'cohort' then cast(evidence.started_at as date)
            else cast(evidence.ended_at as date)
        end as counted_to,
        if(
            evidence.outcome != 'censored'
            and (definitions.stop_outcomes is null or list_contains(definitions.stop_outcomes, evidence.outcome)),
            if(definitions.basis = 'cohort', cast(evidence.started_at as date), evidence.event_date),
            null
        ) as stop_counts_on
    from {{ ref('kpi_evidence') }} as evidence
    inner join definitions on evidence.kpi_code = definitions.kpi_code
    left join {{ ref('dim_partner_history') }} as history
        on evidence.partner_id = history.partner_id
        and cast(evidence.started_at as date) >= history.valid_from
        and cast(evidence.started_at as date) < coalesce(history.valid_to, date '9999-12-31')
    where evidence.excluded_reason is null and {{ is_of(['clock', 'percentile'], 'evidence.kpi_code') }}

),

windows as (

    -- Numbered, as what is counted in them is: many millions of pairs of the two are added up by numbers and not by names.
    select *, row_number() over () as window_number
    from (
        select distinct period_type, period_start, period_end, least(period_end, as_of_date) as window_end
        from {{ ref('kpi_values') }}
    ) as named

),

by_month as (

    select
        evidence.kpi_code,
        evidence.dimension,
        evidence.partner_id,
        evidence.region,
        date_trunc('month', evidence.counted_from) as from_month,
        date_trunc('month', evidence.counted_to) as to_month,
        date_trunc('month', if(evidence.stop_counts_on <= run.as_of_date, evidence.stop_counts_on, null)) as stop_month,
        count(*) as clock_count
    from evidence
    cross join {{ ref('run_info') }} as run
    where evidence.counted_from <= run.as_of_date
    group by all

),

counted as (

    select *, row_number() over () as counted_number
    from (select distinct kpi_code, dimension, partner_id, region from by_month) as named

),

numbered as (

    select counted.counted_number, by_month.from_month, by_month.to_month, by_month.stop_month, by_month.clock_count
    from by_month
    inner join counted using (kpi_code, dimension, partner_id, region)

),

in_windows as (

    select
        numbered.counted_number,
        windows.window_number,
        sum(numbered.clock_count) as observation_count,
        coalesce(
            sum(numbered.clock_count) filter (where numbered.stop_month between windows.period_start and windows.window_end), 0
        ) as event_count
    from numbered
    inner join windows on numbered.from_month <= windows.window_end and numbered.to_month >= windows.period_start
    group by all

),

asked as (

    select
        counted.*,
        windows.*,
        in_windows.observation_count,
        in_windows.event_count,
        definitions.segments,
        coalesce(list_contains(definitions.periods, windows.period_type), false) as is_for_groups,
        coalesce(list_contains(definitions.partner_periods, windows.period_type), false) as is_for_partners
    from in_windows
    inner join counted on in_windows.counted_number = counted.counted_number
    inner join windows on in_windows.window_number = windows.window_number
    inner join definitions on counted.kpi_code = definitions.kpi_code

),

expected as (

    select
        kpi_code,
        dimension,
        segment_type,
        segment_value,
        period_type,
        period_start,
        period_end,
        sum(observation_count) as observation_count,
        sum(event_count) as event_count
    from {{ in_plain_segments('asked') }} as in_segments
    where list_contains(segments, segment_type) and if(segment_type = 'partner', is_for_partners, is_for_groups)
    group by all

),

actual as (

    -- All statistics of a clock state the same counts; the first stands for all.
    select kpi_values.*
    from {{ ref('kpi_values') }} as kpi_values
    inner join definitions on kpi_values.kpi_code = definitions.kpi_code and kpi_values.statistic = definitions.statistics[1]
    where kpi_values.segment_type in ('all', 'all_partners', 'partner', 'region')

),

failures as (

    select
        concat_ws(' ', kpi_code, nullif(dimension, ''), 'of', segment_type, segment_value, 'in the', period_type, 'to', period_end)
        || coalesce(' states ' || actual.observation_count || ' clocks and ' || actual.event_count || ' stops', ' has no value')
        || '; its evidence has ' || coalesce(expected.observation_count, 0) || ' and '
        || coalesce(expected.event_count, 0) || '.' as message
    from actual
    full outer join expected using (kpi_code, dimension, segment_type, segment_value, period_type, period_start, period_end)
    where
        coalesce(actual.observation_count, -1) != coalesce(expected.observation_count, 0)
        or coalesce(actual.event_count, -1) != coalesce(expected.event_count, 0)

)

{{ fail_with_message() }}
