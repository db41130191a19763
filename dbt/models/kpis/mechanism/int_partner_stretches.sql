-- One row per partner and stretch of time in which it is described alike. The stretches of a partner hold all time: the first
-- reaches back, the last goes on, and what has no date belongs to the last.
with described as (

    select
        partners.partner_id,
        history.partner_version_id,
        history.valid_from
    from {{ ref('dim_partners') }} as partners
    left join {{ ref('dim_partner_history') }} as history on partners.partner_id = history.partner_id

)

select
    row_number() over (order by partner_id, valid_from) as stretch_id,
    partner_id,
    partner_version_id,
    if(row_number() over of_partner = 1, date '-infinity', valid_from) as holds_from,
    -- Its last day; the last stretch has none.
    coalesce(lead(valid_from) over of_partner - 1, date 'infinity') as holds_to
from described
window of_partner as (partition by partner_id order by valid_from)
