-- One row per partner and stretch of time in which nothing about it changed: [valid_from, valid_to).
with versions as (

    select
        *,
        -- The first description reaches back: what came before it was never shown.
        case
            when row_number() over (partition by partner_id order by valid_from) = 1 then date '1900-01-01'
            else valid_from
        end as described_from
    from {{ ref('stg_prm__partner_versions') }}

),

levels as (

    select * from {{ ref('int_partner_levels') }}

),

spells as (

    select * from {{ ref('int_partner_spells') }}

),

change_dates as (

    select partner_id, described_from as valid_from from versions
    union
    select partner_id, valid_from from levels
    union
    select levels.partner_id, levels.valid_to
    from levels
    cross join {{ ref('int_run_parameters') }} as run
    where levels.valid_to <= run.as_of_date
    union
    select partner_id, joined_date from spells
    union
    select partner_id, left_date from spells where left_date is not null

),

stretches as (

    select
        change_dates.partner_id,
        change_dates.valid_from,
        lead(change_dates.valid_from) over (partition by change_dates.partner_id order by change_dates.valid_from) as valid_to
    from change_dates
    inner join (select distinct partner_id from versions) as known_partners
        on change_dates.partner_id = known_partners.partner_id

),

described as (

    select
        stretches.partner_id,
        stretches.valid_from,
        stretches.valid_to,
        versions.partner_name,
        versions.source_partner_type,
        versions.status,
        versions.tier as described_tier,
        versions.country,
        versions.region as described_region,
        versions.manager,
        versions.parent_partner_id,
        versions.is_test
    from stretches
    asof inner join versions
        on stretches.partner_id = versions.partner_id
        and stretches.valid_from >= versions.described_from

)

select
    described.partner_id || '@' || described.valid_from as partner_version_id,
    described.partner_id,
    described.valid_from,
    described.valid_to,
    described.partner_name,
    coalesce(types.partner_type, described.source_partner_type) as partner_type,
    types.motion,
    case when levels_held.partner_id is not null then levels.level else described.described_tier end as tier,
    coalesce(described.described_region, regions.region) as region,
    described.country,
    described.parent_partner_id,
    described.manager,
    described.status,
    spells.partner_id is not null as is_member,
    described.is_test
from described
left join {{ ref('stg_policy__partner_types') }} as types on described.source_partner_type = types.source_partner_type
left join {{ ref('stg_policy__regions') }} as regions on described.country = regions.country
left join (select distinct partner_id from levels) as levels_held on described.partner_id = levels_held.partner_id
left join levels
    on described.partner_id = levels.partner_id
    and described.valid_from >= levels.valid_from
    and described.valid_from < coalesce(levels.valid_to, date '9999-12-31')
left join spells
    on described.partner_id = spells.partner_id
    and described.valid_from >= spells.joined_date
    and (spells.left_date is null or described.valid_from < spells.left_date)
