-- One row per partner the PRM has ever shown, as it was last described.
select *
from {{ ref('stg_prm__partner_versions') }}
qualify row_number() over (partition by partner_id order by valid_from desc) = 1
