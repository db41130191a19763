-- One row per attempt of a person at a course: what its status means, whether it was passed, and what stands around it.
with attempts as (

    select * from {{ ref('stg_lms__enrollments') }}

),

statuses as (

    -- An LMS' own meaning of a status before the general one.
    select used.instance, used.status, statuses.meaning
    from (select distinct instance, status from {{ ref('stg_lms__enrollments') }}) as used
    inner join {{ ref('stg_policy__enrollment_statuses') }} as statuses
        on used.status = statuses.status
        and statuses.instance in (used.instance, '*')
    qualify row_number() over (partition by used.instance, used.status order by (statuses.instance = '*')::integer) = 1

),

rules as (

    -- A rule for the course before one for the LMS before the general one.
    select used.course_id, rules.rule, rules.minimum_score_share
    from (select distinct instance, course_id from {{ ref('stg_lms__enrollments') }}) as used
    inner join {{ ref('stg_policy__pass_rules') }} as rules
        on rules.instance in (used.instance, '*')
        and (rules.source_course_id = '*' or used.instance || ':' || rules.source_course_id = used.course_id)
    qualify row_number() over (
        partition by used.course_id
        order by (rules.source_course_id = '*')::integer, (rules.instance = '*')::integer
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
    left join statuses on attempts.instance = statuses.instance and attempts.status = statuses.status
    left join rules on attempts.course_id = rules.course_id

)

select
    *,
    lead(enrolled_date) over attempts_in_order as next_enrolled_date
from judged
window attempts_in_order as (partition by learner_id, course_id order by attempt)
