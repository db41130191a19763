-- One row per partner, programme and stretch of time on one level.
select
    {{ entity_key('partner_id') }} as partner_id,
    program,
    valid_from,
    valid_to,
    level
from {{ as_known('raw_prm', 'program_memberships') }}
where valid_from <= as_of_date
