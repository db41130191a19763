-- One row per partner and stretch on one level of the programme: [valid_from, valid_to), without overlaps.
with memberships as (

    select
        partner_id,
        valid_from,
        level,
        lead(valid_from) over (partition by partner_id order by valid_from, program) as next_from,
        valid_to as stated_to
    from {{ ref('stg_prm__program_memberships') }}

)

select
    partner_id,
    valid_from,
    least(stated_to, next_from) as valid_to,
    level
from memberships
where next_from is null or next_from > valid_from
