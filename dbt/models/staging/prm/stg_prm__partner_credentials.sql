-- One row per credential of an organisation as the PRM last showed it.
select
    {{ entity_key('credential_id') }} as credential_id,
    _instance as instance,
    {{ entity_key('partner_id') }} as partner_id,
    credential_kind,
    credential,
    applied_date,
    approved_date,
    expires_date,
    revoked_date
from {{ as_known('raw_prm', 'partner_credentials') }}
