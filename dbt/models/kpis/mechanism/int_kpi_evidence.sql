-- One row per evidence row, with the month that places it and the circumstances that it is counted under. A view: each
-- aggregation reads the columns that it needs, adds up at once, and nothing of this size is ever stored.
{{ config(materialized='view') }}

select
    evidence.kpi_code,
    evidence.dimension,
    definitions.aggregation,
    definitions.basis,
    stretches.stretch_id,
    coalesce(evidence.route, 'unknown') as route,
    cast(date_trunc('month', evidence.event_date) as date) as event_month,
    cast(evidence.started_at as date) as started_on,
    cast(evidence.ended_at as date) as ended_on,
    evidence.valid_from,
    evidence.valid_to,
    evidence.entry_duration,
    evidence.duration,
    evidence.observable_duration,
    case
        when evidence.outcome is null or evidence.outcome = 'censored' then 'censored'
        when definitions.stop_outcomes is null or list_contains(definitions.stop_outcomes, evidence.outcome) then 'stopped'
        else 'competed'
    end as ending,
    evidence.observed_through,
    evidence.numerator,
    evidence.denominator,
    -- Money in the reporting currency needs no rate.
    if(
        definitions.is_money and definitions.aggregation = 'stock' and evidence.currency != run.reporting_currency,
        evidence.currency, null
    ) as stock_currency,
    coalesce(evidence.event_date > run.as_of_date, false) as is_after_run,
    evidence.excluded_reason is not null as is_excluded
from {{ ref('kpi_evidence') }} as evidence
cross join {{ ref('int_run_parameters') }} as run
inner join {{ ref('kpi_definitions') }} as definitions on evidence.kpi_code = definitions.kpi_code
-- Every partner of evidence has stretches (a test of kpi_evidence holds it to dim_partners), and one of them holds any date.
inner join {{ ref('int_partner_stretches') }} as stretches
    on evidence.partner_id = stretches.partner_id
    and coalesce(evidence.anchor_date, date 'infinity') >= stretches.holds_from
    and coalesce(evidence.anchor_date, date 'infinity') <= stretches.holds_to
