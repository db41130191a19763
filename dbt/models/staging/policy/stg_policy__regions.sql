-- One row per country.
select
    upper(country) as country,
    region,
    country_name
from {{ as_known('raw_policy', 'regions') }}
