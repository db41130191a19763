-- One row per target with its validity and the population it is for (empty = any).
select
    target_id,
    kpi_code,
    statistic,
    coalesce(dimension, '') as dimension,
    motion,
    region,
    tier,
    target_value,
    floor_value,
    valid_from,
    valid_to
from {{ as_known('raw_policy', 'kpi_targets') }}
