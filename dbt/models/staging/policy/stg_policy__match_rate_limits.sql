-- One row per export and system (`*` = any) with the least share of its records that must be matched.
select
    source_export,
    instance,
    minimum_rate
from {{ as_known('raw_policy', 'match_rate_limits') }}
