-- One row per date and currency that finance quoted per euro, up to the run's date.
select
    rate_date,
    upper(currency) as currency,
    units_per_eur
from {{ as_known_by_row_date('raw_finance', 'fx_rates') }}
where rate_date <= as_of_date
qualify row_number() over (partition by rate_date, upper(currency) order by _load_seq desc, _instance asc) = 1
