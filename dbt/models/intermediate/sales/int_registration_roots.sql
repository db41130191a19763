-- One row per deal registration record with the registration that it continues: itself, or the first of its resubmissions.
{% set longest_chain = 20 -%}
with recursive registrations as (

    select registration_id, resubmission_of from {{ ref('stg_prm__deal_registrations') }}

),

chain_steps as (

    select registration_id, registration_id as root_id, resubmission_of, 0 as steps
    from registrations
    union all
    select chain_steps.registration_id, registrations.registration_id, registrations.resubmission_of, chain_steps.steps + 1
    from chain_steps
    inner join registrations on chain_steps.resubmission_of = registrations.registration_id
    where chain_steps.steps < {{ longest_chain }}

)

select
    registration_id as record_id,
    -- Records that resubmit each other in a circle stay themselves.
    if(max(steps) = {{ longest_chain }}, registration_id, arg_max(root_id, steps)) as registration_id
from chain_steps
group by registration_id
