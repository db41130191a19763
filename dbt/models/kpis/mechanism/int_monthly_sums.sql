-- One row per code that adds up, circumstances and month: its evidence added up before anybody asks for segments.
-- What is dated after the run's date stays apart: it is no value yet, but its series and their first month are there.
select
    kpi_code,
    dimension,
    stretch_id,
    route,
    event_month,
    is_after_run,
    sum(numerator) as numerator,
    sum(denominator) as denominator,
    count(*) as observation_count
from {{ ref('int_kpi_evidence') }}
where
    aggregation in ('sum', 'count', 'ratio')
    and not is_excluded
    and {{ is_of(['sum', 'count', 'ratio']) }}
group by all
