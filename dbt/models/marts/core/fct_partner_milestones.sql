-- One row per partner and milestone of its membership that has a date: applied, approved, joined, signed, onboarded, left.
with partners as (

    select * from {{ ref('dim_partners') }} where not is_reserved

),

spells as (

    select * from {{ ref('int_partner_spells') }}

),

milestones as (

    select partner_id, 1 as spell_number, 'applied' as milestone, applied_date as milestone_date from partners
    union all
    select partner_id, 1, 'approved', approved_date from partners
    union all
    select partner_id, spell_number, 'joined', joined_date from spells
    union all
    select partner_id, 1, 'signed', signed_date from partners
    union all
    select partner_id, 1, 'onboarded', onboarded_date from partners
    union all
    select partner_id, spell_number, 'left', left_date from spells

)

select
    milestones.partner_id || '/' || milestones.milestone || '/' || milestones.spell_number as partner_milestone_id,
    milestones.partner_id,
    milestones.milestone,
    cast(milestones.spell_number as bigint) as spell_number,
    milestones.milestone_date,
    partners.is_test
from milestones
inner join partners on milestones.partner_id = partners.partner_id
cross join {{ ref('int_run_parameters') }} as run
where milestones.milestone_date <= run.as_of_date
