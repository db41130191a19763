-- One row per stock code, circumstances, currency and months of coming and going: its evidence added up.
select
    evidence.kpi_code,
    evidence.dimension,
    evidence.stretch_id,
    evidence.route,
    evidence.stock_currency,
    cast(date_trunc('month', evidence.valid_from) as date) as from_month,
    cast(date_trunc('month', evidence.valid_to) as date) as to_month,
    evidence.valid_from <= run.as_of_date as has_come,
    coalesce(evidence.valid_to <= run.as_of_date, false) as has_gone,
    sum(evidence.numerator) as numerator,
    count(*) as observation_count
from {{ ref('int_kpi_evidence') }} as evidence
cross join {{ ref('int_run_parameters') }} as run
where
    evidence.aggregation = 'stock'
    and not evidence.is_excluded
    and {{ is_of(['stock'], 'evidence.kpi_code') }}
group by all
