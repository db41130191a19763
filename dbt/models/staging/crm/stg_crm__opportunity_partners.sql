-- One row per deal, partner account and role in the newest delivery.
select
    {{ entity_key('opportunity_id') }} as deal_id,
    {{ entity_key('account_id') }} as account_id,
    _instance as instance,
    role,
    coalesce(is_primary, false) as is_primary,
    share,
    valid_from,
    valid_to
from {{ as_known('raw_crm', 'opportunity_partners') }}
