-- One row per stretch of membership, role and onboarding task that a partner was asked for, done or not.
with asked as (

    select * from {{ ref('int_onboarding_tasks__asked') }}

),

done as (

    -- However often it was done, it is done once, on the first day.
    select asked.partner_id, asked.spell_number, asked.role, asked.task, min(activity.occurred_date) as completed_date
    from asked
    inner join {{ ref('stg_prm__portal_activity') }} as activity
        on asked.partner_id = activity.partner_id
        and lower(asked.role) = lower(activity.role)
        and lower(asked.task) = lower(activity.task)
        and activity.occurred_date >= asked.counts_from
        and (asked.left_date is null or activity.occurred_date < asked.left_date)
    where activity.activity = 'onboarding_task'
    group by all

)

select
    asked.partner_id || '/' || asked.spell_number || '/' || asked.role || '/' || asked.task as onboarding_task_id,
    asked.partner_id,
    cast(asked.spell_number as bigint) as spell_number,
    asked.role,
    asked.task,
    asked.joined_date,
    done.completed_date,
    done.completed_date is not null as is_completed,
    case
        when partners.is_test then 'test_record'
        when asked.joined_date < portal.history_from then 'before_history'
    end as excluded_reason
from asked
inner join {{ ref('dim_partners') }} as partners on asked.partner_id = partners.partner_id
-- Without a portal nothing could be shown as done.
inner join {{ ref('int_ramp_horizons') }} as portal
    on partners.instance = portal.instance
    and portal.event = 'login'
left join done
    on asked.partner_id = done.partner_id
    and asked.spell_number = done.spell_number
    and asked.role = done.role
    and asked.task = done.task
