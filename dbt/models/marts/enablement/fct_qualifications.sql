-- One row per partner, qualification, holder and unbroken stretch of time: [valid_from, valid_to). What one certificate
-- passes on to its renewal is one stretch, and two certificates in force at once are one.
with held as (

    select * from {{ ref('int_qualifications__held') }}

),

merged as (

    select * from ({{ merged_stretches('held', ['partner_id', 'kind', 'qualification', 'holder_id']) }})

)

select
    concat_ws('/', merged.partner_id, merged.kind, merged.qualification, merged.holder_id, merged.valid_from) as qualification_id,
    merged.partner_id,
    merged.kind,
    merged.qualification,
    merged.holder_id,
    merged.valid_from,
    merged.valid_to,
    if(partners.is_test, 'test_record', null) as excluded_reason
from merged
left join {{ ref('dim_partners') }} as partners on merged.partner_id = partners.partner_id
