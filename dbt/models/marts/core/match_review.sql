-- One row per record of another system that stands for a partner, with the partner it was matched to and by which rule, or why not.
select
    source_export,
    record_id,
    instance,
    source_record_id,
    record_name,
    web_domain,
    duns,
    country,
    is_in_deals,
    partner_id,
    match_rule,
    match_status,
    match_status in ('ambiguous', 'no_candidate') as needs_review,
    candidate_ids
from {{ ref('int_partner_matches') }}
