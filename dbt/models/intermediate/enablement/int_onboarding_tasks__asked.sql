-- One row per stretch of membership, role and onboarding task that a partner was asked for: the tasks in force on joining, in
-- the roles that it has people in.
with spells as (

    -- What was done before the first joining was done for it.
    select *, if(spell_number = 1, date '1900-01-01', joined_date) as counts_from
    from {{ ref('int_partner_spells') }}

),

people as (

    -- Whom a partner has in a role, as the portal or the LMS shows it: only they can be asked.
    select partner_id, role, occurred_date as valid_from, occurred_date + 1 as valid_to
    from {{ ref('stg_prm__portal_activity') }}
    union all
    select partner_id, role, valid_from, valid_to
    from {{ ref('int_learner_partners') }}
    where is_active and not is_test

)

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
    and coalesce(people.valid_to, date '9999-12-31') > spells.counts_from
    and (spells.left_date is null or people.valid_from < spells.left_date)
inner join {{ ref('stg_policy__onboarding_tasks') }} as tasks
    on lower(people.role) = lower(tasks.role)
    and spells.joined_date >= tasks.valid_from
    and spells.joined_date < coalesce(tasks.valid_to, date '9999-12-31')
