{#-
    For tests that find values again without the mechanism: each row of `relation`, a CTE with partner_id and region, once for
    each of the plain segments that it belongs to. Gives the relation's columns without these two + segment_type, segment_value.
-#}
{% macro in_plain_segments(relation) -%}
(
    select * exclude (partner_id, region), 'all' as segment_type, 'all' as segment_value from {{ relation }}
    union all
    select * exclude (partner_id, region), 'all_partners', 'all_partners' from {{ relation }} where partner_id != 'direct'
    union all
    select * exclude (partner_id, region), 'partner', partner_id from {{ relation }}
    union all
    select * exclude (partner_id, region), 'region', region from {{ relation }} where partner_id != 'direct'
)
{%- endmacro %}
