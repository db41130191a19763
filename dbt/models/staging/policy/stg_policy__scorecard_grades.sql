-- One row per grade.
select
    grade,
    minimum_score
from {{ as_known('raw_policy', 'scorecard_grades') }}
