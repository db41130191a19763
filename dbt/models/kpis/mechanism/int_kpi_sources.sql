-- One row per KPI code: the business date through which all exports and instances behind it have shown their data, and
-- the one through which at least one instance of each export has.
with needed as (

    -- An export marked with `?` is used where it comes; without any of the others there is no value.
    select
        kpi_code,
        rtrim(source, '?') as export,
        ends_with(source, '?') as is_optional
    from (
        select kpi_code, unnest(sources) as source
        from {{ ref('stg_policy__kpi_catalogue') }}
    ) as listed

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
left join exports on needed.export = exports.export
group by needed.kpi_code
having bool_and(needed.is_optional or exports.export is not null)
