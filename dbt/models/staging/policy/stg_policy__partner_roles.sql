-- One row per role of a partner in a deal; the lowest priority is the partner of record.
select
    role,
    canonical_role,
    priority
from {{ as_known('raw_policy', 'partner_roles') }}
