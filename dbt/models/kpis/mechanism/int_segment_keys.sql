-- One row per set of circumstances that evidence is counted under: a partner as it was described then, and the deal's route.
with evidence as (

    select distinct partner_id, anchor_date, route
    from {{ ref('kpi_evidence') }}

),

history as (

    select * from {{ ref('dim_partner_history') }}

)

select
    evidence.partner_id,
    evidence.anchor_date,
    evidence.route,
    history.partner_version_id,
    hash(evidence.partner_id, history.partner_version_id, evidence.route) as segment_key
from evidence
asof left join history
    on evidence.partner_id = history.partner_id
    and coalesce(evidence.anchor_date, date '9999-12-31') >= history.valid_from
