-- Every stock is what stands in its evidence on the window's last day, and at its opening on the day before the window.
-- Found again without the mechanism: valid_from <= day < valid_to, the partner as it was described at valid_from, and money by
-- finance's own quotes.
with definitions as (

    select * from {{ ref('kpi_definitions') }} where aggregation = 'stock'

),

evidence as (

    select
        evidence.kpi_code,
        evidence.dimension,
        evidence.partner_id,
        coalesce(history.region, 'unknown') as region,
        evidence.valid_from,
        evidence.valid_to,
        -- Empty for what is no money, and for money that needs no rate.
        if(definitions.is_money, nullif(evidence.currency, run.reporting_currency), null) as currency,
        evidence.numerator
    from {{ ref('kpi_evidence') }} as evidence
    cross join {{ ref('run_info') }} as run
    inner join definitions on evidence.kpi_code = definitions.kpi_code
    left join {{ ref('dim_partner_history') }} as history
        on evidence.partner_id = history.partner_id
        and evidence.valid_from >= history.valid_from
        and evidence.valid_from < coalesce(history.valid_to, date '9999-12-31')
    where evidence.excluded_reason is null and {{ is_of(['stock'], 'evidence.kpi_code') }}

),

windows as (

    select distinct
        kpi_values.period_type,
        kpi_values.period_start,
        kpi_values.period_end,
        kpi_values.statistic,
        if(kpi_values.statistic = 'value', least(kpi_values.period_end, kpi_values.as_of_date), kpi_values.period_start - 1) as day
    from {{ ref('kpi_values') }} as kpi_values
    inner join definitions on kpi_values.kpi_code = definitions.kpi_code
    where kpi_values.statistic in ('value', 'opening')

),

days as (

    select distinct day from windows

),

calendar as (

    -- Each date with the first such day that is not before it: between two of them it does not matter when a thing came or went.
    select dates.date_day, days.day as next_day
    from (
        select cast(unnest(generate_series(date '1900-01-01', (select max(day) from days), interval 1 day)) as date) as date_day
    ) as dates
    asof inner join days on dates.date_day <= days.day

),

by_days as (

    select
        evidence.kpi_code,
        evidence.dimension,
        evidence.partner_id,
        evidence.region,
        evidence.currency,
        first_days.next_day as first_day,
        missed_days.next_day as missed_day,
        sum(evidence.numerator) as numerator,
        count(*) as observation_count
    from evidence
    inner join calendar as first_days on evidence.valid_from = first_days.date_day
    left join calendar as missed_days on evidence.valid_to = missed_days.date_day
    group by all

),

on_day as (

    -- What stands is found once per day; several windows end on the same one.
    select
        by_days.kpi_code,
        by_days.dimension,
        by_days.partner_id,
        by_days.region,
        by_days.currency,
        days.day,
        sum(by_days.numerator) as numerator,
        sum(by_days.observation_count) as observation_count
    from by_days
    inner join days on days.day >= by_days.first_day and days.day < coalesce(by_days.missed_day, date '9999-12-31')
    group by all

),

quotes as (

    select rate_date, currency, units_per_eur from {{ ref('stg_finance__fx_rates') }}
    union all
    select distinct rate_date, 'EUR', 1 from {{ ref('stg_finance__fx_rates') }}

),

reporting_quotes as (

    select * from quotes where currency = (select reporting_currency from {{ ref('run_info') }})

),

converted as (

    -- Each leg through the euro is that day's quote or the last one within seven days.
    select
        on_day.* exclude (numerator),
        -- A rate has twelve decimals: of billions of yen the thirteenth is cents.
        cast(on_day.numerator as decimal(18, 2)) * case
            when on_day.currency is null then cast(1 as decimal(20, 12))
            when quotes.rate_date >= on_day.day - 7 and reporting_quotes.rate_date >= on_day.day - 7
                then cast(reporting_quotes.units_per_eur / quotes.units_per_eur as decimal(20, 12))
        end as numerator
    from on_day
    asof left join quotes on on_day.currency = quotes.currency and on_day.day >= quotes.rate_date
    asof left join reporting_quotes on on_day.day >= reporting_quotes.rate_date

),

asked as (

    -- For which windows a code is computed, by kind of segment.
    select
        definitions.kpi_code,
        kinds.segment_type,
        windows.*
    from definitions
    cross join (select unnest(['all', 'all_partners', 'partner', 'region']) as segment_type) as kinds
    inner join windows
        on list_contains(definitions.statistics, windows.statistic)
        and list_contains(
            if(kinds.segment_type = 'partner', definitions.partner_periods, definitions.periods), windows.period_type
        )
    where list_contains(definitions.segments, kinds.segment_type)

),

expected as (

    select
        in_segments.kpi_code,
        in_segments.dimension,
        asked.statistic,
        in_segments.segment_type,
        in_segments.segment_value,
        asked.period_type,
        asked.period_start,
        asked.period_end,
        -- What has no rate on that day is left out, and so counted as left out.
        coalesce(sum(in_segments.numerator), 0) as value,
        coalesce(sum(in_segments.observation_count) filter (where in_segments.numerator is not null), 0) as observation_count
    from {{ in_plain_segments('converted') }} as in_segments
    inner join asked
        on in_segments.kpi_code = asked.kpi_code
        and in_segments.segment_type = asked.segment_type
        and in_segments.day = asked.day
    group by all

),

actual as (

    select kpi_values.*
    from {{ ref('kpi_values') }} as kpi_values
    inner join definitions on kpi_values.kpi_code = definitions.kpi_code
    where
        kpi_values.statistic in ('value', 'opening')
        and kpi_values.segment_type in ('all', 'all_partners', 'partner', 'region')

),

compared as (

    select
        kpi_code,
        dimension,
        statistic,
        segment_type,
        segment_value,
        period_type,
        period_end,
        actual.value as stated_value,
        actual.observation_count as stated_count,
        if(actual.value is null and actual.value_state = 'stale_source', null, coalesce(expected.value, 0)) as value,
        coalesce(expected.observation_count, 0) as observation_count,
        -- Totals of money are rounded to cents.
        if(actual.currency is null, 1e-9, 0.01) as tolerance
    from actual
    full outer join expected using (kpi_code, dimension, statistic, segment_type, segment_value, period_type, period_start, period_end)

),

failures as (

    select
        concat_ws(' ', kpi_code, statistic, nullif(dimension, ''), 'of', segment_type, segment_value, 'in the', period_type, 'to', period_end)
        || ' is ' || coalesce(cast(stated_value as varchar), '(no value)') || ' (' || coalesce(stated_count, 0) || ' rows); on that day there stand '
        || coalesce(cast(value as varchar), '(no value)') || ' (' || observation_count || ' rows).' as message
    from compared
    where
        (stated_value is null) != (value is null)
        or abs(stated_value - value) > tolerance
        or (statistic = 'value' and stated_count is distinct from observation_count)

)

{{ fail_with_message() }}
