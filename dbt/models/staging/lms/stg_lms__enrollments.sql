-- One row per attempt of a person at a course as the LMS last showed it.
select
    {{ person_key('learner_id') }} || '/' || course_id || '/' || attempt as enrollment_id,
    _instance as instance,
    {{ person_key('learner_id') }} as learner_id,
    {{ entity_key('course_id') }} as course_id,
    attempt,
    {{ local_date('enrolled_at') }} as enrolled_date,
    {{ local_date('started_at') }} as started_date,
    {{ local_date('completed_at') }} as completed_date,
    {{ local_date('withdrawn_at') }} as withdrawn_date,
    status,
    score,
    max_score
from {{ as_known('raw_lms', 'enrollments') }}
where {{ local_date('enrolled_at') }} <= as_of_date
