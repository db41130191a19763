-- One row per factor of a derived KPI: value = sum over terms of coefficient x product of factor ^ exponent.
select
    kpi_code,
    term,
    factor_code,
    factor_statistic,
    coalesce(factor_dimension, '') as factor_dimension,
    coefficient,
    exponent
from {{ as_known('raw_policy', 'kpi_derivations') }}
