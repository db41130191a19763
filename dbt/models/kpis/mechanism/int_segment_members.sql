-- One row per set of circumstances and segment it belongs to. The kinds of segment are rows of seeds/reference/segments.csv:
-- an attribute (or several, joined by `|`) of dim_partner_history then, of dim_partners now (`current.`), or of the deal.
with circumstances as (

    select distinct stretch_id, route from {{ ref('int_kpi_circumstances') }}

),

described as (

    select
        circumstances.stretch_id,
        circumstances.route,
        stretches.partner_id,
        map_concat(
            map {
                'everything': 'all',
                'partners': if(stretches.partner_id = 'direct', null, 'all_partners'),
                'partner_id': stretches.partner_id,
                'route': circumstances.route
            },
            {{ attribute_map('history', '') }},
            {{ attribute_map('partners', 'current.') }}
        ) as attributes
    from circumstances
    inner join {{ ref('int_partner_stretches') }} as stretches on circumstances.stretch_id = stretches.stretch_id
    left join {{ ref('dim_partner_history') }} as history on stretches.partner_version_id = history.partner_version_id
    left join {{ ref('dim_partners') }} as partners on stretches.partner_id = partners.partner_id and not partners.is_reserved

),

members as (

    select
        described.stretch_id,
        described.route,
        segments.segment_type,
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

)

select
    *,
    segment_type = 'partner' as is_partner_segment,
    dense_rank() over (order by segment_type, segment_value) as segment_id
from members
