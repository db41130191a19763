-- One row per enrolment status and LMS (`*` = any) with what it means.
select
    status,
    instance,
    meaning
from {{ as_known('raw_policy', 'enrollment_statuses') }}
