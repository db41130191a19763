-- Each enrolment that the LMS shows is exactly one attempt, and each attempt either runs a clock of time to certificate or is
-- left out of it with a reason: attempts in = attempts counted + attempts left out.
with counted as (

    select
        (select count(*) from {{ ref('stg_lms__enrollments') }}) as enrollment_count,
        (select count(*) from {{ ref('fct_certification_attempts') }}) as attempt_count,
        (select count(*) from {{ ref('kpi_evidence') }} where kpi_code = 'certification_time' and excluded_reason is null)
            as clock_count,
        (select count(*) from {{ ref('kpi_evidence') }} where kpi_code = 'certification_time' and excluded_reason is not null)
            as left_out_count

),

failures as (

    select
        'The LMS shows ' || enrollment_count || ' enrolments; fct_certification_attempts has ' || attempt_count
        || ', of which ' || clock_count || ' run a clock and ' || left_out_count || ' are left out with a reason.' as message
    from counted
    where enrollment_count != attempt_count or attempt_count != clock_count + left_out_count

)

{{ fail_with_message() }}
