-- One row per attempt of a person at a course: what its status means, whether it was passed, and what stands around it.
with attempts as (

    select * from {{ ref('stg_lms__enrollments') }}

),

statuses as (

    -- An LMS' own meaning of a status before the general one.
    select attempts.enrollment_id, statuses.meaning
    from attempts
    inner join {{ ref('stg_policy__enrollment_statuses') }} as statuses
        on attempts.status = statuses.status
        and statuses.instance in (attempts.instance, '*')
    qualify row_number() over (partition by attempts.enrollment_id order by (statuses.instance = '*')::integer, statuses.instance) = 1

),

rules as (

    -- A rule for the course before one for the LMS before the general one.
    select attempts.enrollment_id, rules.rule, rules.minimum_score_share
    from attempts
    inner join {{ ref('stg_policy__pass_rules') }} as rules
        on rules.instance in (attempts.instance, '*')
        and (rules.source_course_id = '*' or attempts.instance || ':' || rules.source_course_id = attempts.course_id)
    qualify row_number() over (
        partition by attempts.enrollment_id
        order by (rules.source_course_id = '*')::integer, (rules.instance = '*')::integer, rules.instance
    ) = 1

),

judged as (

    select
        attempts.*,
        statuses.meaning as status_meaning,
        case
            when statuses.meaning in ('passed', 'failed') then statuses.meaning = 'passed'
            when rules.rule = 'score' and (attempts.completed_date is not null or statuses.meaning = 'completed')
                then attempts.score >= rules.minimum_score_share * attempts.max_score
        end as is_judged_passed
    from attempts
    left join statuses on attempts.enrollment_id = statuses.enrollment_id
    left join rules on attempts.enrollment_id = rules.enrollment_id

)

select
    *,
    lead(enrolled_date) over attempts_in_order as next_enrolled_date
from judged
window attempts_in_order as (partition by learner_id, course_id order by attempt)
