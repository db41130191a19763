-- One row per task that people in a role are asked to complete.
select
    role,
    task,
    valid_from,
    valid_to
from {{ as_known('raw_policy', 'onboarding_tasks') }}
