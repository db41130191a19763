-- One row per partner and stretch on one level: [valid_from, valid_to), without overlaps. Of several programmes in force the
-- one that began last counts; when it ends, the one before counts again.
with memberships as (

    select
        partner_id,
        program,
        valid_from,
        -- Within a programme the next level ends the one before.
        least(valid_to, lead(valid_from) over (partition by partner_id, program order by valid_from)) as valid_to,
        level
    from {{ ref('stg_prm__program_memberships') }}

),

change_dates as (

    select partner_id, valid_from as change_date from memberships
    union
    select partner_id, valid_to from memberships where valid_to is not null

),

stretches as (

    select
        partner_id,
        change_date as valid_from,
        lead(change_date) over (partition by partner_id order by change_date) as valid_to
    from change_dates

)

select
    stretches.partner_id,
    stretches.valid_from,
    stretches.valid_to,
    memberships.level
from stretches
inner join memberships
    on stretches.partner_id = memberships.partner_id
    and stretches.valid_from >= memberships.valid_from
    and stretches.valid_from < coalesce(memberships.valid_to, date '9999-12-31')
qualify row_number() over (
    partition by stretches.partner_id, stretches.valid_from
    order by memberships.valid_from desc, memberships.program desc
) = 1
