-- One row per certificate: until when it could be valid, which certificate it renews, and when another one renewed it.
with certificates as (

    select
        certificates.*,
        certifications.certification_name,
        certifications.track,
        certifications.role,
        certifications.level,
        -- As the certificate says, else as long as the certification is valid.
        coalesce(certificates.expires_date, certificates.issued_date + cast(certifications.validity_days as integer))
            as valid_through
    from {{ ref('stg_lms__certificates') }} as certificates
    left join {{ ref('stg_lms__certifications') }} as certifications
        on certificates.certification_id = certifications.certification_id

),

named_renewals as (

    select renewal_of as certificate_id, min(issued_date) as renewed_date
    from certificates
    where renewal_of is not null
    group by renewal_of

),

in_order as (

    select
        certificates.*,
        lag(certificate_id) over chronology as previous_certificate_id,
        lag(least(valid_through + 1, revoked_date)) over chronology as previous_ended_date,
        least(named_renewals.renewed_date, lead(issued_date) over chronology) as renewed_date
    from certificates
    left join named_renewals using (certificate_id)
    window chronology as (partition by learner_id, certification_id order by issued_date, certificate_id)

)

select
    * exclude (expires_date, renewal_of, previous_certificate_id, previous_ended_date),
    valid_through as expires_date,
    -- Stated, or the one before still held on the day before.
    coalesce(
        renewal_of,
        if(
            previous_certificate_id is not null and coalesce(previous_ended_date >= issued_date, true),
            previous_certificate_id, null
        )
    ) as renewal_of,
    least(valid_through + 1, revoked_date) as ended_date,
    case
        when revoked_date <= coalesce(valid_through, revoked_date) then 'revoked'
        when valid_through is not null then 'expired'
    end as ended_by
from in_order
