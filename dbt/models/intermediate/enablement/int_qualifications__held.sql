-- One row per partner, qualification, holder and stretch of time in which one certificate or credential gave it: a
-- certification, its track, being certified at all (by people), or a credential and its kind (by the organisation).
{{ config(materialized='view') }}

with certificates as (

    select
        people.partner_id,
        followed.learner_id as holder_id,
        coalesce(followed.certification_name, followed.certification_id) as certification_name,
        followed.track,
        greatest(followed.issued_date, people.valid_from) as valid_from,
        least(followed.ended_date, people.valid_to) as valid_to
    from {{ ref('int_certificates__followed') }} as followed
    inner join {{ ref('int_learner_memberships') }} as people
        on followed.learner_id = people.learner_id
        and (followed.ended_date is null or followed.ended_date > people.valid_from)
        and coalesce(people.valid_to, date '9999-12-31') > followed.issued_date
    where
        coalesce(followed.ended_date > followed.issued_date, true)
        and followed.learner_id not in (select learner_id from {{ ref('stg_lms__learner_versions') }} where is_test)

),

credentials as (

    -- Who answers to the same name twice (a renewal) holds it once.
    select
        credentials.partner_id,
        credentials.credential as holder_id,
        credentials.credential,
        credentials.credential_kind,
        credentials.approved_date as valid_from,
        least(credentials.expires_date + 1, credentials.revoked_date) as valid_to
    from {{ ref('stg_prm__partner_credentials') }} as credentials
    cross join {{ ref('int_run_parameters') }} as run
    where credentials.approved_date <= run.as_of_date

)

select partner_id, 'certified' as kind, '' as qualification, holder_id, valid_from, valid_to
from certificates
union all
select partner_id, 'certification', certification_name, holder_id, valid_from, valid_to
from certificates
union all
select partner_id, 'track', track, holder_id, valid_from, valid_to
from certificates
where track is not null
union all
select partner_id, 'credential', credential, holder_id, valid_from, valid_to
from credentials
where coalesce(valid_to > valid_from, true)
union all
select partner_id, 'credential', credential_kind, holder_id, valid_from, valid_to
from credentials
where coalesce(valid_to > valid_from, true) and credential_kind != credential
