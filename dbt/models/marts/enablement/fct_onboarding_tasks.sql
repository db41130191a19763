-- One row per stretch of membership, role and onboarding task that a partner was asked for, done or not.
with spells as (

    -- What was done before the first joining was done for it.
    select *, if(spell_number = 1, date '1900-01-01', joined_date) as counts_from
    from {{ ref('int_partner_spells') }}

),

partners as (

    select * from {{ ref('dim_partners') }} where not is_reserved

),

activity as (

    select *, lower(role) as asked_role from {{ ref('stg_prm__portal_activity') }}

),

people as (

    -- Whom a partner has in a role, as the portal or the LMS shows it: only they can be asked.
    select partner_id, asked_role, occurred_date as valid_from, occurred_date + 1 as valid_to
    from activity
    union all
    select partner_id, lower(role), valid_from, valid_to
    from {{ ref('int_learner_partners') }}
    where is_active and not is_test

),

asked as (

    select distinct
        spells.partner_id,
        spells.spell_number,
        spells.joined_date,
        spells.left_date,
        spells.counts_from,
        tasks.role,
        tasks.task
    from spells
    inner join people
        on spells.partner_id = people.partner_id
        and (people.valid_to is null or people.valid_to > spells.counts_from)
        and (spells.left_date is null or people.valid_from < spells.left_date)
    inner join {{ ref('stg_policy__onboarding_tasks') }} as tasks
        on people.asked_role = lower(tasks.role)
        and spells.joined_date >= tasks.valid_from
        and (tasks.valid_to is null or spells.joined_date < tasks.valid_to)

),

done as (

    -- However often it was done, it is done once, on the first day.
    select asked.partner_id, asked.spell_number, asked.role, asked.task, min(activity.occurred_date) as completed_date
    from asked
    inner join activity
        on asked.partner_id = activity.partner_id
        and lower(asked.role) = activity.asked_role
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
inner join partners on asked.partner_id = partners.partner_id
-- Without a portal nothing could be shown as done.
inner join {{ ref('int_ramp_horizons') }} as portal
    on partners.instance = portal.instance
    and portal.event = 'login'
left join done
    on asked.partner_id = done.partner_id
    and asked.spell_number = done.spell_number
    and asked.role = done.role
    and asked.task = done.task
