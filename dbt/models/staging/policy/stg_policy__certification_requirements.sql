-- One row per requirement with its validity and the partners it is for (empty = any).
select
    requirement_id,
    kind,
    required_name,
    required_count,
    motion,
    partner_type,
    tier,
    region,
    country,
    remediation_days,
    valid_from,
    valid_to
from {{ as_known('raw_policy', 'certification_requirements') }}
