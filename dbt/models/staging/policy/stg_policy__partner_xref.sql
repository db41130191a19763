-- One row per decision of an analyst about who is who; no partner = never match.
select
    source_export,
    source_instance,
    source_id,
    partner_id,
    reason,
    decided_on
from {{ as_known('raw_policy', 'partner_xref') }}
