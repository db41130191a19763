-- One row per attempt: passed or not, and the first thing that ended it - a certificate, a failure, or giving up.
{{ config(materialized='view') }}

with attempts as (

    select
        judged.*,
        certified.certification_ids,
        certified.certificate_id,
        certified.issued_date,
        -- A certificate proves that it was passed, whatever the status says.
        if(certified.certificate_id is not null, true, judged.is_judged_passed) as is_passed
    from {{ ref('int_attempts__judged') }} as judged
    left join {{ ref('int_attempts__certified') }} as certified on judged.enrollment_id = certified.enrollment_id

),

dated as (

    select
        *,
        if(not is_passed, completed_date, null) as failed_date,
        -- An attempt that another one follows was given up by then.
        coalesce(withdrawn_date, next_enrolled_date) as given_up_date,
        least(issued_date, failed_date, given_up_date) as stop_date,
        lag(is_passed) over (partition by learner_id, course_id order by attempt) as was_passed_before,
        attempt > min(attempt) over (partition by learner_id, course_id) as is_repeated
    from attempts

)

select
    * exclude (was_passed_before, is_repeated),
    case stop_date
        when issued_date then 'issued'
        when failed_date then 'failed'
        when given_up_date then 'withdrawn'
        else 'censored'
    end as stop_outcome,
    -- It is over, but nobody says since when.
    stop_date is null and (not coalesce(is_passed, true) or coalesce(status_meaning = 'withdrawn', false)) as is_undated_end,
    is_repeated and not coalesce(was_passed_before, false) as is_retake
from dated
