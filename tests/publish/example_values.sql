-- The catalogue and the values of the same small build, computed from its evidence; run after example_build.sql.
create table marts.kpi_definitions as
select
    kpi_code, family, kpi_name, description, unit, direction, aggregation, basis,
    string_split(statistics, '|') as statistics,
    if(kpi_code = 'win_incidence', [90], null)::bigint[] as horizons,
    if(kpi_code = 'win_incidence', ['won'], null) as stop_outcomes,
    ['month', 'quarter', 'trailing_12m', 'fiscal_ytd', 'all_time'] as periods,
    ['month', 'quarter', 'trailing_12m', 'fiscal_ytd', 'all_time'] as partner_periods,
    if(entity = 'partner', ['all_partners', 'region', 'motion'], ['all', 'all_partners', 'partner', 'region', 'motion']) as segments,
    period_basis,
    string_split(sources, '|') as sources,
    entity, 'partner' as accountable, 'Partner operations' as owner, 'none' as interval_method, '1' as definition_version,
    date '2024-01-01' as valid_from, 5::bigint as min_observations, 5::bigint as min_events,
    if(aggregation = 'clock', 'day', null) as duration_unit,
    unit = 'money' as is_money
from (values
    ('partner_count', 'partners', 'Partners', 'Partners that had joined and not left at the end of the window.',
        'count', 'higher', 'stock', 'period', 'value|opening', 'period_end', 'prm.partners', 'partner'),
    ('partners_recruited', 'partners', 'Partners recruited', 'Partners that joined in the window.',
        'count', 'higher', 'count', 'period', 'value', 'joined_date', 'prm.partners', 'partner'),
    ('deals_won_count', 'deal_velocity', 'Deals won', 'Deals that were won, by the date on which they closed.',
        'count', 'higher', 'count', 'period', 'value', 'closed_date', 'crm.opportunities|crm.opportunity_history', 'deal'),
    ('won_amount', 'deal_velocity', 'Bookings won', 'Amount of the won deals at the rate of the closing date. Bookings, not revenue.',
        'money', 'higher', 'sum', 'period', 'value', 'closed_date', 'crm.opportunities|finance.fx_rates', 'deal'),
    ('won_amount_per_day', 'deal_velocity', 'Bookings won per day', 'Bookings won over the days of the window that have passed.',
        'money', 'higher', 'derived', 'period', 'value', 'closed_date', 'crm.opportunities', 'deal'),
    ('win_rate_by_count', 'deal_velocity', 'Win rate (deals)', 'Won deals over won and lost deals, by closing date.',
        'share', 'higher', 'ratio', 'period', 'value', 'closed_date', 'crm.opportunities', 'deal'),
    ('open_deal_count', 'deal_velocity', 'Open deals', 'Deals created and not yet closed at the end of the window.',
        'count', 'neutral', 'stock', 'period', 'value', 'period_end', 'crm.opportunities', 'deal'),
    ('time_to_close', 'deal_velocity', 'Time to close', 'Days until a deal is won or lost; open deals count as not yet closed.',
        'days', 'lower', 'clock', 'period', 'p50|naive_p50', 'at_risk', 'crm.opportunities', 'deal'),
    ('win_incidence', 'deal_velocity', 'Win incidence of cohorts', 'Of the deals created in the window, the share won in so many days.',
        'share', 'higher', 'clock', 'cohort', 'incidence_90d', 'created_date', 'crm.opportunities', 'deal')
) as catalogue (
    kpi_code, family, kpi_name, description, unit, direction, aggregation, basis, statistics, period_basis, sources, entity
);

create table intermediate.int_windows as
with months as (select unnest(generate_series(date '2025-06-01', date '2026-09-01', interval 1 month))::date as month_start),
windows as (
    select 'month' as period_type, month_start as period_start, last_day(month_start) as period_end from months
    union all
    select 'trailing_12m', (month_start - interval 11 month)::date, last_day(month_start) from months
    union all
    select 'fiscal_ytd', date '2026-02-01', last_day(month_start) from months where month_start >= date '2026-02-01'
    union all
    select 'quarter', date '2026-04-01', date '2026-06-30'
    union all
    select 'quarter', date '2026-07-01', date '2026-09-30'
    union all
    select 'all_time', date '1900-01-01', date '2026-08-31'
)
select *, least(period_end, date '2026-08-31') as window_end, period_end <= date '2026-08-31' as is_complete
from windows
where period_start <= date '2026-08-31' and (period_type <> 'fiscal_ytd' or period_end <= date '2026-08-31');

create table intermediate.int_segmented as
with placed as (
    select
        evidence.*,
        if(evidence.partner_id = 'direct', null, coalesce(history.region, 'unknown')) as region,
        if(evidence.partner_id = 'direct', null, coalesce(history.motion, 'unknown')) as motion
    from marts.kpi_evidence as evidence
    asof left join marts.dim_partner_history as history
        on evidence.partner_id = history.partner_id and evidence.anchor_date >= history.valid_from
),
everywhere as (
    select *, 'all' as segment_type, 'all' as segment_value from placed
    union all
    select *, 'all_partners', 'all_partners' from placed where partner_id <> 'direct'
    union all
    select *, 'partner', partner_id from placed
    union all
    select *, 'region', region from placed where region is not null
    union all
    select *, 'motion', motion from placed where motion is not null
)
select everywhere.*, coalesce(event_date, started_at::date, everywhere.valid_from) as any_date
from everywhere
inner join marts.kpi_definitions as definitions
    on everywhere.kpi_code = definitions.kpi_code and list_contains(definitions.segments, everywhere.segment_type);

create table intermediate.int_grid as
select grid.*, windows.*, definitions.* exclude (kpi_code, statistics, valid_from), unnest(definitions.statistics) as statistic
from (select distinct kpi_code, dimension, segment_type, segment_value from intermediate.int_segmented) as grid
inner join marts.kpi_definitions as definitions on grid.kpi_code = definitions.kpi_code
cross join intermediate.int_windows as windows;

create table marts.kpi_values as
with counted as (
    select
        grid.kpi_code, grid.definition_version, grid.basis, grid.statistic, grid.dimension, grid.period_type, grid.period_start,
        grid.period_end, grid.window_end, grid.is_complete, grid.segment_type, grid.segment_value, grid.aggregation, grid.unit,
        sum(rows.numerator) as numerator,
        sum(rows.denominator) as denominator,
        count(rows.evidence_id) as observation_count,
        count(rows.evidence_id) filter (
            if(grid.basis = 'cohort', rows.duration <= 90, rows.event_date <= grid.window_end)
            and coalesce(list_contains(grid.stop_outcomes, rows.outcome), rows.outcome <> 'censored')
        ) as event_count,
        quantile_disc(rows.duration, 0.5) filter (rows.outcome <> 'censored') as middle
    from intermediate.int_grid as grid
    left join intermediate.int_segmented as rows
        on rows.kpi_code = grid.kpi_code
        and rows.dimension = grid.dimension
        and rows.segment_type = grid.segment_type
        and rows.segment_value = grid.segment_value
        and rows.excluded_reason is null
        and case
            when grid.aggregation = 'stock' then rows.valid_from <= window_end and (rows.valid_to is null or rows.valid_to > window_end)
            when grid.period_type = 'all_time' then true
            when grid.aggregation = 'clock' and grid.basis = 'period'
                then rows.started_at::date <= window_end and rows.ended_at::date >= period_start
            when grid.aggregation = 'clock' then rows.started_at::date between period_start and window_end
            else rows.event_date between period_start and window_end
        end
    group by all
),
left_out as (
    select windows.period_type, windows.period_start, windows.period_end, kpi_code, segment_type, segment_value, count(*) as excluded_count
    from intermediate.int_segmented
    inner join intermediate.int_windows as windows
        on windows.period_type = 'all_time' or date_trunc('month', any_date) between windows.period_start and windows.window_end
    where excluded_reason is not null
    group by all
),
valued as (
    select
        *,
        case
            when aggregation = 'ratio' then numerator / denominator
            when basis = 'cohort' then if(window_end + 90 <= date '2026-08-31' and observation_count > 0, event_count / observation_count, null)
            when aggregation = 'clock' then if(observation_count >= 3, middle, null)
            when statistic = 'opening' then null
            else coalesce(numerator, 0)
        end::double as value
    from counted
),
stated as (
    select
        kpi_code, definition_version, basis, statistic, dimension, period_type, period_start, period_end, window_end, is_complete,
        segment_type, segment_value, value,
        if(aggregation = 'ratio' and denominator > 0, greatest(0, value - 1 / sqrt(denominator::double)), null) as ci_low,
        if(aggregation = 'ratio' and denominator > 0, least(1, value + 1 / sqrt(denominator::double)), null) as ci_high,
        case
            when value is null and aggregation = 'ratio' then 'no_denominator'
            when value is null and basis = 'cohort' then 'horizon_not_reached'
            when value is null then 'median_not_reached'
            when not is_complete then 'partial_period'
            else 'ok'
        end as value_state,
        if(aggregation = 'clock', null, coalesce(numerator, 0)) as numerator,
        if(aggregation = 'ratio', coalesce(denominator, 0), null) as denominator,
        observation_count,
        if(aggregation = 'clock', event_count, null) as event_count,
        coalesce(excluded_count, 0) as excluded_count,
        if(unit = 'money', 'USD', null) as currency,
        value is not null and if(aggregation = 'ratio', denominator, observation_count) >= 5 as is_reliable,
        date '2026-08-31' as as_of_date,
        if(kpi_code like 'partner%', date '2026-07-31', date '2026-08-31') as data_through
    from valued
    left join left_out using (period_type, period_start, period_end, kpi_code, segment_type, segment_value)
)
select * exclude (window_end) from stated
union all by name
-- Derived from another KPI, so without evidence of its own.
select
    * exclude (window_end, numerator, denominator)
    replace ('won_amount_per_day' as kpi_code, value / (window_end - period_start + 1) as value, 0 as observation_count)
from stated
where kpi_code = 'won_amount' and period_type <> 'all_time';
