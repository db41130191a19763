-- Each certificate that the LMS shows is exactly one row of fct_certifications, and is either issued or renewed, never both.
with counted as (

    select
        (select count(*) from {{ ref('stg_lms__certificates') }}) as certificate_count,
        (select count(*) from {{ ref('fct_certifications') }}) as row_count,
        (
            select count(*)
            from {{ ref('kpi_evidence') }}
            where kpi_code in ('certifications_issued', 'certifications_renewed')
        ) as counted_count

),

failures as (

    select
        'The LMS shows ' || certificate_count || ' certificates; fct_certifications has ' || row_count || ', of which '
        || counted_count || ' count as issued or renewed.' as message
    from counted
    where certificate_count != row_count or row_count != counted_count

)

{{ fail_with_message() }}
