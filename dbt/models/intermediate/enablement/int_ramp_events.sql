-- One row per thing that a partner did and that a milestone of its ramp may count.
with certificates as (

    select certificates.certificate_id, certificates.issued_date, people.partner_id
    from {{ ref('stg_lms__certificates') }} as certificates
    inner join {{ ref('int_learner_partners') }} as people
        on certificates.learner_id = people.learner_id
        and certificates.issued_date >= people.valid_from
        and certificates.issued_date < coalesce(people.valid_to, date '9999-12-31')
    where not people.is_test

),

registrations as (

    select * from {{ ref('fct_deal_registrations') }} where excluded_reason is null

),

won_deals as (

    select *
    from {{ ref('fct_deals') }}
    where outcome = 'won' and excluded_reason is null and closed_date is not null

)

select 'login' as event, event_id, partner_id, occurred_date as event_date, cast(null as decimal(38, 12)) as amount
from {{ ref('stg_prm__portal_activity') }}
where activity = 'login'
union all
select 'certificate', certificate_id, partner_id, issued_date, null
from certificates
union all
select 'registration', registration_id, partner_id, first_submitted_date, null
from registrations
union all
select 'approved_registration', registration_id, partner_id, approved_date, null
from registrations
where approved_date is not null
union all
select 'won_deal', deal_id, partner_id, closed_date, null
from won_deals
union all
select 'won_amount', deal_id, partner_id, closed_date, reporting_amount
from won_deals
where amount_excluded_reason is null
