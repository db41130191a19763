-- One row per time that a deal's expected close date was moved to a later day.
with changes as (

    select
        deal_id,
        history_id,
        changed_date,
        close_date,
        lag(close_date) over (partition by deal_id order by changed_at, history_id) as previous_close_date,
        stage
    from {{ ref('stg_crm__opportunity_history') }}
    where close_date is not null

)

select
    history_id as slip_id,
    deal_id,
    changed_date as slipped_on,
    previous_close_date,
    close_date as new_close_date,
    cast(close_date - previous_close_date as bigint) as slipped_days,
    stage
from changes
where close_date > previous_close_date
