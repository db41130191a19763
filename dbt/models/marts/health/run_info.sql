-- One row: what this build was computed for and knows.
select
    as_of_date,
    known_sequence,
    known_at,
    reporting_currency,
    reporting_timezone,
    fiscal_year_start
from {{ ref('int_run_parameters') }}
