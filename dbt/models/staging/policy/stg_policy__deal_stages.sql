-- One row per deal stage and instance (`*` = any).
select
    stage,
    instance,
    meaning,
    stage_order
from {{ as_known('raw_policy', 'deal_stages') }}
