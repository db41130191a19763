-- One row per person and stretch of time in which that person worked for one partner, whatever else was said of either:
-- [valid_from, valid_to). Whoever was switched off works for nobody from then on.
with active as (

    select * from {{ ref('int_learner_partners') }} where is_active

)

select * from ({{ merged_stretches('active', ['learner_id', 'partner_id']) }})
