-- One row per certification in the newest delivery of its LMS.
select
    {{ entity_key('certification_id') }} as certification_id,
    _instance as instance,
    certification_id as source_certification_id,
    name as certification_name,
    track,
    role,
    level,
    {{ entity_key('course_id') }} as course_id,
    validity_days,
    coalesce(is_active, true) as is_active
from {{ as_known('raw_lms', 'certifications') }}
