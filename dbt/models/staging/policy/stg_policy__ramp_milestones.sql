-- One row per milestone that a new partner is expected to reach.
select
    milestone,
    name as milestone_name,
    event,
    event_count,
    threshold_amount,
    sort_order
from {{ as_known('raw_policy', 'ramp_milestones') }}
