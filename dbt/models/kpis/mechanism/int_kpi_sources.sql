-- One row per KPI code: the business date through which all exports and instances behind it have shown their data, and
-- the one through which at least one instance of each export has.
with needed as (

    select kpi_code, unnest(sources) as export
    from {{ ref('kpi_definitions') }}

),

exports as (

    select
        export,
        min(observed_through) as complete_through,
        max(observed_through) as seen_through
    from {{ ref('int_export_horizons') }}
    group by export

)

select
    needed.kpi_code,
    min(exports.complete_through) as data_through,
    min(exports.seen_through) as seen_through
from needed
inner join exports on needed.export = exports.export
group by needed.kpi_code
