-- One row per registration status.
select
    status,
    meaning
from {{ as_known('raw_policy', 'registration_statuses') }}
