-- One row per code, circumstances and month with evidence that was left out, placed by the event, else by the start of the
-- clock or the stock.
select
    kpi_code,
    dimension,
    stretch_id,
    route,
    coalesce(event_month, cast(date_trunc('month', coalesce(started_on, valid_from)) as date)) as placed_month,
    count(*) as excluded_count
from {{ ref('int_kpi_evidence') }}
where is_excluded
group by all
