-- One row per KPI on a kind of card, with its weight and validity.
select
    weight_id,
    card_type,
    motion,
    kpi_code,
    statistic,
    coalesce(dimension, '') as dimension,
    weight,
    valid_from,
    valid_to
from {{ as_known('raw_policy', 'scorecard_weights') }}
