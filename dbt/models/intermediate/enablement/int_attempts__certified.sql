-- One row per attempt at a course that leads to certifications: which, and the certificate that the attempt led to - the first
-- of that person and any of them, issued from the enrolment on and before the next one.
{{ config(materialized='view') }}

with attempts as (

    select * from {{ ref('int_attempts__judged') }}

),

certifications as (

    select * from {{ ref('stg_lms__certifications') }} where course_id is not null

),

leads_to as (

    select
        course_id,
        list(certification_id order by certification_id) as certification_ids
    from certifications
    group by course_id

),

issued as (

    select
        attempts.enrollment_id,
        certificates.certificate_id,
        certificates.issued_date
    from attempts
    inner join certifications on attempts.course_id = certifications.course_id
    inner join {{ ref('stg_lms__certificates') }} as certificates
        on attempts.learner_id = certificates.learner_id
        and certifications.certification_id = certificates.certification_id
        and certificates.issued_date >= attempts.enrolled_date
        and (attempts.next_enrolled_date is null or certificates.issued_date < attempts.next_enrolled_date)
    qualify row_number() over (
        partition by attempts.enrollment_id order by certificates.issued_date, certificates.certificate_id
    ) = 1

)

select
    attempts.enrollment_id,
    leads_to.certification_ids,
    issued.certificate_id,
    issued.issued_date
from attempts
inner join leads_to on attempts.course_id = leads_to.course_id
left join issued on attempts.enrollment_id = issued.enrollment_id
