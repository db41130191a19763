-- One row per promise of service with its validity and the clocks it is for (empty = any).
select
    policy_id,
    process,
    metric,
    instance as for_instance,
    priority,
    channel,
    ticket_type,
    department,
    region,
    country,
    tier,
    partner_type,
    target,
    target_unit,
    calendar_id,
    valid_from,
    valid_to
from {{ as_known('raw_policy', 'sla_policies') }}
