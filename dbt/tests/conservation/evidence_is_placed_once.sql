-- Every row of evidence with a partner is added up exactly once: with what counts in a month, with a stock, as a clock, or with what
-- was left out. A partner that nobody knows, or a stretch of time that holds its date twice, would show here.
with evidence as (

    select counts.kpi_code, sum(counts.placed_count) as row_count
    from {{ ref('int_evidence_counts') }} as counts
    inner join {{ ref('kpi_definitions') }} as definitions on counts.kpi_code = definitions.kpi_code
    group by counts.kpi_code

),

placed as (

    select kpi_code, sum(row_count) as row_count
    from (
        select kpi_code, observation_count as row_count from {{ ref('int_monthly_sums') }}
        union all
        select kpi_code, observation_count from {{ ref('int_monthly_stocks') }}
        union all
        select kpi_code, excluded_count from {{ ref('int_monthly_exclusions') }}
        union all
        select kpi_code, count(*) from {{ ref('int_clock_evidence') }} group by kpi_code
    ) as added
    group by kpi_code

),

failures as (

    select
        kpi_code || ' has ' || coalesce(evidence.row_count, 0) || ' rows of evidence with a partner, and '
        || coalesce(placed.row_count, 0) || ' of them are added up.' as message
    from evidence
    full outer join placed using (kpi_code)
    where coalesce(evidence.row_count, 0) != coalesce(placed.row_count, 0)

)

{{ fail_with_message() }}
