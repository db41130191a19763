-- One row per evidence row that counts or is left out, with the month that places it and its circumstances.
-- Stored so that the many aggregations read it once; which row it is they need not know.
select
    evidence.kpi_code,
    evidence.dimension,
    definitions.aggregation,
    definitions.basis,
    keys.segment_key,
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
inner join {{ ref('int_segment_keys') }} as keys
    on evidence.partner_id = keys.partner_id
    and evidence.anchor_date is not distinct from keys.anchor_date
    and evidence.route is not distinct from keys.route
