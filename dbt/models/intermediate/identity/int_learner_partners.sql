-- One row per person and stretch of time in which the LMS described that person with one partner: [valid_from, valid_to). A
-- person that was switched off is known by is_active; one that a delivery no longer held is with nobody from then on.
with versions as (

    select
        *,
        lag(valid_to) over chronology as previous_end,
        row_number() over chronology as version_number,
        lag(company_id) over chronology as previous_company_id,
        -- What links a person to a partner: the company, else the partner that is named, else the mail's domain.
        if(company_id is null, prm_partner_id, null) as linking_partner_id,
        if(company_id is null and prm_partner_id is null, instance || ':@' || email_domain, null) as linking_domain
    from {{ ref('stg_lms__learner_versions') }}
    window chronology as (partition by learner_id order by valid_from)

),

matches as (

    select * from {{ ref('int_partner_matches') }}

),

named_partners as (

    -- An id that several PRMs use names nobody.
    select source_name, any_value(partner_id) as partner_id
    from (
        select partner_id as source_name, partner_id from {{ ref('int_partners__current') }}
        union all
        select source_partner_id, partner_id from {{ ref('int_partners__current') }}
    ) as names
    group by source_name
    having count(distinct partner_id) = 1

),

linked as (

    select
        versions.*,
        coalesce(companies.partner_id, named.partner_id, domains.partner_id) as partner_id,
        case
            when companies.partner_id is not null then 'company'
            when named.partner_id is not null then 'foreign_id'
            when domains.partner_id is not null then 'web_domain'
        end as link_rule,
        -- What came before the first description was never shown; a move counts from the day the LMS names, if it does.
        case
            when versions.version_number = 1 then coalesce(versions.company_since_date, date '1900-01-01')
            when (versions.company_id is distinct from versions.previous_company_id)
                then least(coalesce(versions.company_since_date, versions.valid_from), versions.valid_from)
            else versions.valid_from
        end as linked_from
    from versions
    left join matches as companies
        on companies.source_export = 'lms.companies' and versions.company_id = companies.record_id
    left join named_partners as named
        on versions.linking_partner_id = named.source_name
    left join matches as domains
        on domains.source_export = 'lms.learners' and versions.linking_domain = domains.record_id

),

bounded as (

    select
        *,
        -- Whatever came later ends it, also where a move was said to lie before the one before it.
        least(
            valid_to,
            min(linked_from) over (
                partition by learner_id order by valid_from rows between 1 following and unbounded following
            )
        ) as linked_to
    from linked

)

select
    learner_id,
    instance,
    coalesce(partner_id, 'unmatched') as partner_id,
    link_rule,
    role,
    country,
    is_active,
    is_test,
    linked_from as valid_from,
    linked_to as valid_to
from bounded
where linked_to is null or linked_to > linked_from
