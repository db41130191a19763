-- One row per certificate that was issued to a person.
with certificates as (

    select
        certificates.*,
        run.as_of_date,
        -- The last day on which it can be asked who holds it.
        least(certificates.ended_date - 1, run.as_of_date) as asked_on,
        -- What ended on the day of its issue was never in force.
        if(certificates.ended_date <= certificates.issued_date, null, certificates.learner_id) as in_force_learner_id
    from {{ ref('int_certificates__followed') }} as certificates
    cross join {{ ref('int_run_parameters') }} as run

),

test_people as (

    select distinct learner_id from {{ ref('stg_lms__learner_versions') }} where is_test

),

memberships as (

    select * from {{ ref('int_learner_memberships') }}

),

horizons as (

    select instance, min(observed_through) as observed_through
    from {{ ref('int_export_horizons') }}
    where export in ('lms.certificates', 'lms.learners')
    group by instance

)

select
    certificates.certificate_id,
    certificates.instance,
    certificates.learner_id,
    certificates.certification_id,
    certificates.certification_name,
    certificates.track,
    certificates.role,
    certificates.level,
    coalesce(people.partner_id, 'unmatched') as partner_id,
    certificates.issued_date,
    certificates.expires_date,
    certificates.revoked_date,
    certificates.ended_date,
    certificates.ended_by,
    if(at_issue.partner_id is not null, certificates.issued_date, null) as valid_from,
    if(at_issue.partner_id is not null, least(certificates.ended_date, at_issue.valid_to), null) as valid_to,
    certificates.renewal_of is not null as is_renewal,
    certificates.renewal_of,
    certificates.renewed_date,
    holders.partner_id as holder_partner_id,
    cast(certificates.expires_date - certificates.as_of_date as bigint) as days_to_expiry,
    horizons.observed_through,
    case
        when test_people.learner_id is not null or partners.is_test then 'test_record'
        when certificates.ended_date < certificates.issued_date then 'stop_before_start'
    end as excluded_reason
from certificates
left join {{ ref('int_learner_partners') }} as people
    on certificates.learner_id = people.learner_id
    and certificates.issued_date >= people.valid_from
    and certificates.issued_date < coalesce(people.valid_to, date '9999-12-31')
left join memberships as at_issue
    on certificates.in_force_learner_id = at_issue.learner_id
    and certificates.issued_date >= at_issue.valid_from
    and certificates.issued_date < coalesce(at_issue.valid_to, date '9999-12-31')
left join memberships as holders
    on certificates.learner_id = holders.learner_id
    and certificates.asked_on >= holders.valid_from
    and certificates.asked_on < coalesce(holders.valid_to, date '9999-12-31')
left join {{ ref('dim_partners') }} as partners on people.partner_id = partners.partner_id
left join test_people on certificates.learner_id = test_people.learner_id
left join horizons on certificates.instance = horizons.instance
