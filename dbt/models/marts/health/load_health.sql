-- One row per export and instance that ever delivered: its last good data, its age, and what happened last.
with loads as (

    select loads.*
    from {{ source('ledger', 'loads') }} as loads
    cross join {{ ref('int_run_parameters') }} as run
    where loads.load_seq <= run.known_sequence

),

last_accepted as (

    select *
    from loads
    where verdict = 'accepted'
    qualify row_number() over (partition by export, instance order by as_of_date desc, load_seq desc) = 1

),

last_any as (

    select *
    from loads
    qualify row_number() over (partition by export, instance order by load_seq desc) = 1

)

select
    last_any.export,
    last_any.instance,
    last_any.vendor,
    last_accepted.as_of_date as data_through,
    date_diff('day', last_accepted.as_of_date, run.as_of_date) as age_days,
    last_any.due_days,
    age_days > last_any.due_days or last_accepted.export is null as is_late,
    last_accepted.file_name as accepted_file,
    last_accepted.rows_in,
    last_accepted.rows_accepted,
    last_accepted.rows_rejected,
    last_accepted.rows_collapsed,
    last_accepted.rows_rejected / nullif(last_accepted.rows_in, 0) as reject_rate,
    last_accepted.load_seq as accepted_load_seq,
    last_any.verdict as last_verdict,
    last_any.file_name as last_file,
    last_any.as_of_date as last_as_of_date,
    last_any.reason as last_reason,
    last_any.load_seq as last_load_seq
from last_any
cross join {{ ref('int_run_parameters') }} as run
left join last_accepted on last_any.export = last_accepted.export and last_any.instance = last_accepted.instance
