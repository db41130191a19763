-- One row per course in the newest delivery of its LMS.
select
    {{ entity_key('course_id') }} as course_id,
    _instance as instance,
    course_id as source_course_id,
    name as course_name,
    track,
    role,
    coalesce(is_active, true) as is_active
from {{ as_known('raw_lms', 'courses') }}
