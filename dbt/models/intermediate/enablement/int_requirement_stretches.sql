-- One row per partner, requirement and unbroken stretch of time in which it held for the partner: a member of the tier, motion,
-- type, region and country that it names (empty = any). All that match hold at once. [valid_from, valid_to).
with held as (

    select
        history.partner_id,
        requirements.requirement_id,
        greatest(history.valid_from, requirements.valid_from) as valid_from,
        least(history.valid_to, requirements.valid_to) as valid_to
    from {{ ref('dim_partner_history') }} as history
    inner join {{ ref('stg_policy__certification_requirements') }} as requirements
        on (requirements.tier is null or requirements.tier = history.tier)
        and (requirements.motion is null or requirements.motion = history.motion)
        and (requirements.partner_type is null or requirements.partner_type = history.partner_type)
        and (requirements.region is null or requirements.region = history.region)
        and (requirements.country is null or requirements.country = history.country)
        and coalesce(requirements.valid_to, date '9999-12-31') > history.valid_from
        and coalesce(history.valid_to, date '9999-12-31') > requirements.valid_from
    where history.is_member and not history.is_test

)

select * from ({{ merged_stretches('held', ['partner_id', 'requirement_id']) }})
