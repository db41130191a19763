-- A code counts a thing once in each dimension: evidence_id, made of the three, is unique. Five million rows are looked at: of more
-- evidence a share of the things, each with all its rows; the grain of the facts that they come from is tested whole.
-- Names are told apart by their hash; where two hashes meet, the names must meet too.
{% set counts = ref('int_evidence_counts') -%}
-- Asked beforehand, so that the share is a number in the statement and rows are passed over where they are read.
{% set share = 1 -%}
{% if execute -%}
    {% set share = run_query('select greatest(1, coalesce(sum(row_count), 0) // 5000000) from ' ~ counts).columns[0][0] -%}
{% endif -%}
with failures as (

    select
        evidence.kpi_code || ' counts ' || min(evidence.entity_id) || ' ' || count(*)
        || ' times in one dimension: its evidence names a thing once.' as message
    from {{ ref('kpi_evidence') }} as evidence
    where hash(evidence.entity_id) % {{ share }} = 0
    group by evidence.kpi_code, hash(evidence.entity_id, evidence.dimension)
    having count(*) > 1 and min(evidence.entity_id) = max(evidence.entity_id)

)

{{ fail_with_message() }}
