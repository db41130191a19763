-- One row per kind of segment.
select
    segment_type,
    label,
    attribute,
    sort_order
from {{ as_known('raw_policy', 'segments') }}
