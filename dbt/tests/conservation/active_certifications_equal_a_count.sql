-- The stock of active certifications and of certified people at the end of each month equals a direct count of people who held
-- a certificate on that day and were described with the partner then. Found again without stretches: day by day, from the
-- certificates and the descriptions of people.
with days as (

    select distinct least(period_end, as_of_date) as day
    from {{ ref('kpi_values') }}
    where kpi_code = 'net_active_certifications' and period_type = 'month'

),

holders as (

    -- Counted by their hash: a number for each is all that has to be remembered of millions of names.
    select
        days.day,
        count(distinct hash(certificates.learner_id)) as people_count,
        count(
            distinct hash(certificates.learner_id, coalesce(certificates.certification_name, certificates.certification_id))
        ) as certification_count
    from days
    inner join {{ ref('fct_certifications') }} as certificates
        on days.day >= certificates.issued_date
        and days.day <= coalesce(certificates.expires_date, days.day)
        and days.day < coalesce(certificates.revoked_date, date '9999-12-31')
    inner join {{ ref('int_learner_partners') }} as people
        on certificates.learner_id = people.learner_id
        and people.is_active
        and days.day >= people.valid_from
        and days.day < coalesce(people.valid_to, date '9999-12-31')
    where
        certificates.learner_id not in (select learner_id from {{ ref('stg_lms__learner_versions') }} where is_test)
        and people.partner_id not in (select partner_id from {{ ref('dim_partners') }} where is_test)
    group by days.day

),

expected as (

    select 'net_active_certifications' as kpi_code, day, certification_count as held_count from holders
    union all
    select 'certified_people', day, people_count from holders

),

actual as (

    select kpi_code, least(period_end, as_of_date) as day, value
    from {{ ref('kpi_values') }}
    where
        kpi_code in ('net_active_certifications', 'certified_people')
        and statistic = 'value'
        and period_type = 'month'
        and segment_type = 'all'
        and value is not null

),

failures as (

    select
        actual.kpi_code || ' is ' || actual.value || ' on ' || actual.day || '; counted one by one there are '
        || coalesce(expected.held_count, 0) || '.' as message
    from actual
    left join expected on actual.kpi_code = expected.kpi_code and actual.day = expected.day
    where actual.value != coalesce(expected.held_count, 0)

)

{{ fail_with_message() }}
