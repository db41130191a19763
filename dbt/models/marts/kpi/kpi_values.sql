-- One row per KPI code, statistic, dimension, segment and window, with the state of its value. All are aggregates of
-- kpi_evidence.
with run as (

    select * from {{ ref('int_run_parameters') }}

),

every_value as (

    select * from {{ ref('int_kpi_basic_values') }}
    union all by name
    select * from {{ ref('int_kpi_derived_values') }}

),

judged as (

    select
        every_value.*,
        definitions.definition_version,
        definitions.basis,
        definitions.aggregation,
        definitions.interval_method,
        definitions.is_money,
        definitions.min_observations,
        definitions.min_events,
        sources.data_through,
        -- Nothing of this window was shown by then: what is not known is not zero.
        coalesce(sources.seen_through < every_value.period_start, true) as is_unseen
    from every_value
    inner join {{ ref('kpi_definitions') }} as definitions on every_value.kpi_code = definitions.kpi_code
    left join {{ ref('int_kpi_sources') }} as sources on every_value.kpi_code = sources.kpi_code

)

select
    judged.kpi_code,
    judged.definition_version,
    judged.basis,
    judged.statistic,
    judged.dimension,
    judged.period_type,
    judged.period_start,
    judged.period_end,
    judged.is_complete,
    judged.segment_type,
    judged.segment_value,
    case
        when judged.is_unseen then null
        -- Money is rounded once, here.
        when judged.is_money then cast(round(cast(judged.value as decimal(38, 9)), 2) as double)
        else judged.value
    end as value,
    if(
        judged.interval_method = 'wilson' and judged.denominator > 0 and not judged.is_unseen,
        {{ wilson_bound('judged.numerator', 'judged.denominator', '-') }}, judged.ci_low
    ) as ci_low,
    if(
        judged.interval_method = 'wilson' and judged.denominator > 0 and not judged.is_unseen,
        {{ wilson_bound('judged.numerator', 'judged.denominator', '+') }}, judged.ci_high
    ) as ci_high,
    case
        when judged.is_unseen then 'stale_source'
        when judged.value is null then judged.missing_state
        when judged.data_through < least(judged.window_end, run.as_of_date) then 'stale_source'
        when not judged.is_complete then 'partial_period'
        else 'ok'
    end as value_state,
    judged.numerator,
    judged.denominator,
    cast(judged.observation_count as bigint) as observation_count,
    cast(judged.event_count as bigint) as event_count,
    coalesce(judged.excluded_count, 0) as excluded_count,
    if(judged.is_money, run.reporting_currency, null) as currency,
    judged.value is not null
    and not judged.is_unseen
    and judged.observation_count >= judged.min_observations
    and coalesce(judged.event_count, judged.min_events) >= judged.min_events as is_reliable,
    run.as_of_date,
    judged.data_through
from judged
cross join run
