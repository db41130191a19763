-- One row per KPI code: the business date through which all exports behind it have shown their data.
with needed as (

    select kpi_code, unnest(sources) as export
    from {{ ref('kpi_definitions') }}

)

select
    needed.kpi_code,
    min(horizons.observed_through) as data_through
from needed
inner join {{ ref('int_export_horizons') }} as horizons on needed.export = horizons.export
group by needed.kpi_code
