-- One row per attempt of a person at a course.
with attempts as (

    select * from {{ ref('int_attempts__ended') }}

),

test_people as (

    select distinct learner_id from {{ ref('stg_lms__learner_versions') }} where is_test

),

horizons as (

    select
        instance,
        min(observed_through) as observed_through,
        max(history_from) as history_from,
        bool_or(export = 'lms.certificates') as shows_certificates
    from {{ ref('int_export_horizons') }}
    where export in ('lms.enrollments', 'lms.certificates')
    group by instance

),

placed as (

    select
        attempts.*,
        courses.course_name,
        courses.track,
        coalesce(people.partner_id, 'unmatched') as partner_id,
        horizons.observed_through,
        case
            when test_people.learner_id is not null or partners.is_test then 'test_record'
        end as excluded_reason,
        case
            when excluded_reason is not null then excluded_reason
            when attempts.certification_ids is null or not horizons.shows_certificates then 'outside_population'
            -- Its certificate may have been issued before anything was shown.
            when attempts.enrolled_date < horizons.history_from then 'before_history'
            when attempts.is_undated_end then 'no_event_date'
            when attempts.stop_date < attempts.enrolled_date then 'stop_before_start'
            when attempts.enrolled_date > horizons.observed_through then 'after_observation'
        end as clock_excluded_reason
    from attempts
    left join {{ ref('stg_lms__courses') }} as courses on attempts.course_id = courses.course_id
    left join {{ ref('int_learner_partners') }} as people
        on attempts.learner_id = people.learner_id
        and attempts.enrolled_date >= people.valid_from
        and attempts.enrolled_date < coalesce(people.valid_to, date '9999-12-31')
    left join {{ ref('dim_partners') }} as partners on people.partner_id = partners.partner_id
    left join test_people on attempts.learner_id = test_people.learner_id
    left join horizons on attempts.instance = horizons.instance

)

select
    enrollment_id as attempt_id,
    instance,
    learner_id,
    course_id,
    course_name,
    track,
    certification_ids,
    partner_id,
    attempt as attempt_number,
    is_retake,
    enrolled_date,
    -- Who has finished has begun, on that day at the latest.
    coalesce(started_date, completed_date) as started_date,
    completed_date,
    withdrawn_date,
    status,
    status_meaning,
    is_passed,
    certificate_id,
    issued_date,
    if(stop_date <= observed_through, stop_outcome, 'censored') as outcome,
    least(stop_date, observed_through) as ended_date,
    cast(least(stop_date, observed_through) - enrolled_date as bigint) as days,
    observed_through,
    excluded_reason,
    clock_excluded_reason
from placed
