-- Every sum, count and ratio is what its evidence adds up to. Found again without the mechanism: by the month of the event in
-- each window, up to the run's date, and the partner's description on the day of the event, for the segments all, all_partners, partner and region.
with definitions as (

    select * from {{ ref('kpi_definitions') }} where aggregation in ('sum', 'count', 'ratio')

),

evidence as (

    select
        evidence.kpi_code,
        evidence.dimension,
        date_trunc('month', evidence.event_date) as event_month,
        evidence.partner_id,
        -- Nobody's description for `unmatched`, and for what the PRM never stated.
        coalesce(history.region, 'unknown') as region,
        sum(evidence.numerator) as numerator,
        sum(evidence.denominator) as denominator,
        count(*) as observation_count
    from {{ ref('kpi_evidence') }} as evidence
    left join {{ ref('dim_partner_history') }} as history
        on evidence.partner_id = history.partner_id
        -- What has no date is described by the last version.
        and coalesce(evidence.event_date, date '9999-12-30') >= history.valid_from
        and coalesce(evidence.event_date, date '9999-12-30') < coalesce(history.valid_to, date '9999-12-31')
    cross join {{ ref('run_info') }} as run
    where
        evidence.excluded_reason is null
        and coalesce(evidence.event_date <= run.as_of_date, true)
        and evidence.kpi_code in (select kpi_code from definitions)
        and {{ is_of(['sum', 'count', 'ratio'], 'evidence.kpi_code') }}
    group by all

),

by_month as (

    select
        in_segments.kpi_code,
        in_segments.dimension,
        in_segments.segment_type,
        in_segments.segment_value,
        in_segments.event_month,
        sum(in_segments.numerator) as numerator,
        sum(in_segments.denominator) as denominator,
        sum(in_segments.observation_count) as observation_count
    from {{ in_plain_segments('evidence') }} as in_segments
    inner join definitions
        on in_segments.kpi_code = definitions.kpi_code
        and list_contains(definitions.segments, in_segments.segment_type)
    group by all

),

windows as (

    select distinct period_type, period_start, period_end, least(period_end, as_of_date) as window_end
    from {{ ref('kpi_values') }}

),

months_in_windows as (

    -- What has no date counts for all time only.
    select months.event_month, windows.period_type, windows.period_start, windows.period_end
    from (select distinct event_month from by_month) as months
    inner join windows
        on coalesce(months.event_month, date '1900-01-01') between windows.period_start and windows.window_end

),

periods as (

    select kpi_code, unnest(periods) as period_type, false as is_for_partners from definitions
    union all
    select kpi_code, unnest(partner_periods), true from definitions

),

expected as (

    select
        by_month.kpi_code,
        by_month.dimension,
        by_month.segment_type,
        by_month.segment_value,
        months.period_type,
        months.period_start,
        months.period_end,
        sum(by_month.numerator) as numerator,
        sum(by_month.denominator) as denominator,
        sum(by_month.observation_count) as observation_count
    from by_month
    inner join periods
        on by_month.kpi_code = periods.kpi_code
        and (by_month.segment_type = 'partner') = periods.is_for_partners
    inner join months_in_windows as months
        on by_month.event_month is not distinct from months.event_month
        and periods.period_type = months.period_type
    group by all

),

actual as (

    select kpi_values.*, definitions.aggregation, definitions.is_money
    from {{ ref('kpi_values') }} as kpi_values
    inner join definitions on kpi_values.kpi_code = definitions.kpi_code
    where kpi_values.segment_type in ('all', 'all_partners', 'partner', 'region')

),

compared as (

    select
        kpi_code,
        dimension,
        segment_type,
        segment_value,
        period_type,
        period_end,
        actual.value,
        actual.numerator as stated_numerator,
        actual.denominator as stated_denominator,
        actual.observation_count as stated_count,
        coalesce(expected.numerator, 0) as numerator,
        if(actual.aggregation = 'ratio', coalesce(expected.denominator, 0), null) as denominator,
        coalesce(expected.observation_count, 0) as observation_count,
        case
            when actual.value_state = 'stale_source' and actual.value is null then null
            when actual.aggregation = 'ratio' then cast(expected.numerator as double) / nullif(cast(expected.denominator as double), 0)
            else cast(coalesce(expected.numerator, 0) as double)
        end as expected_value,
        if(actual.is_money, 0.005 + 1e-9, 1e-9) as tolerance
    from actual
    full outer join expected using (kpi_code, dimension, segment_type, segment_value, period_type, period_start, period_end)

),

failures as (

    select
        concat_ws(' ', kpi_code, nullif(dimension, ''), 'of', segment_type, segment_value, 'in the', period_type, 'to', period_end)
        || ' is ' || coalesce(cast(value as varchar), '(no value)')
        || ' (' || concat_ws(' / ', stated_numerator, stated_denominator) || ', ' || coalesce(stated_count, 0) || ' rows); its evidence gives '
        || coalesce(cast(expected_value as varchar), '(no value)')
        || ' (' || concat_ws(' / ', numerator, denominator) || ', ' || observation_count || ' rows).' as message
    from compared
    where
        stated_numerator is distinct from numerator
        or stated_denominator is distinct from denominator
        or stated_count is distinct from observation_count
        or (value is null) != (expected_value is null)
        or abs(value - expected_value) > tolerance * greatest(1, abs(expected_value))

)

{{ fail_with_message() }}
