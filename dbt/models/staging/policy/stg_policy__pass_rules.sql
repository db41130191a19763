-- One row per rule that says when a finished course was passed (`*` = any LMS, any course).
select
    instance,
    course_id as source_course_id,
    rule,
    minimum_score_share
from {{ as_known('raw_policy', 'pass_rules') }}
