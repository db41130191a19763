-- Each record of a deal registration is a submission of exactly one row of fct_deal_registrations.
with counted as (

    select
        (select count(*) from {{ ref('stg_prm__deal_registrations') }}) as record_count,
        (select coalesce(sum(submission_count), 0) from {{ ref('fct_deal_registrations') }}) as submission_count

),

failures as (

    select
        'The PRM delivered ' || record_count || ' records of deal registrations; fct_deal_registrations accounts for '
        || submission_count || ' submissions.' as message
    from counted
    where record_count != submission_count

)

{{ fail_with_message() }}
