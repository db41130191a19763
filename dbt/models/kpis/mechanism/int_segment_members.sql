-- One row per set of circumstances and segment it belongs to. The kinds of segment are rows of seeds/reference/segments.csv:
-- an attribute (or several, joined by `|`) of dim_partner_history then, of dim_partners now (`current.`), or of the deal.
with circumstances as (

    select distinct segment_key, partner_id, partner_version_id, route
    from {{ ref('int_segment_keys') }}

),

described as (

    select
        circumstances.segment_key,
        circumstances.partner_id,
        map_concat(
            map {
                'everything': 'all',
                'partners': if(circumstances.partner_id = 'direct', null, 'all_partners'),
                'partner_id': circumstances.partner_id,
                'route': coalesce(circumstances.route, 'unknown')
            },
            {{ attribute_map('history', '') }},
            {{ attribute_map('partners', 'current.') }}
        ) as attributes
    from circumstances
    left join {{ ref('dim_partner_history') }} as history on circumstances.partner_version_id = history.partner_version_id
    left join {{ ref('dim_partners') }} as partners on circumstances.partner_id = partners.partner_id and not partners.is_reserved

)

select
    described.segment_key,
    segments.segment_type,
    segments.segment_type = 'partner' as is_partner_segment,
    list_aggregate(
        list_transform(string_split(segments.attribute, '|'), lambda name: described.attributes[name]),
        'string_agg', ' / '
    ) as segment_value
from described
cross join {{ ref('stg_policy__segments') }} as segments
where
    -- Segments of partners do not hold deals without one.
    (described.partner_id != 'direct' or segments.attribute in ('everything', 'partner_id', 'route'))
    and segment_value is not null
