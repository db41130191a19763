-- One row per partner type as the PRM names it.
select
    partner_type as source_partner_type,
    canonical_type as partner_type,
    motion
from {{ as_known('raw_policy', 'partner_types') }}
