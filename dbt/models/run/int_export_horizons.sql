-- One row per export and instance: up to which business date its accepted deliveries have shown anything.
select
    loads.export,
    loads.instance,
    max(loads.as_of_date) as observed_through,
    max_by(loads.history_from, loads.load_seq) as history_from
from {{ source('ledger', 'loads') }} as loads
cross join {{ ref('int_run_parameters') }} as run
where
    loads.verdict = 'accepted'
    and loads.load_seq <= run.known_sequence
    and loads.as_of_date <= run.as_of_date
group by all
