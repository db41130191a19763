-- One row per ticket status and service desk (`*` = any) with what it means.
select
    status,
    instance,
    meaning
from {{ as_known('raw_policy', 'ticket_statuses') }}
