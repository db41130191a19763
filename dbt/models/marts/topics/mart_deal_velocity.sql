-- One row per month and segment: how fast deals move and how they end. A pivot of kpi_values.
{{ monthly_headlines({
    'won_count': {'kpi_code': 'deals_won_count'},
    'won_amount': {'kpi_code': 'won_amount'},
    'open_deal_count': {'kpi_code': 'open_deal_count'},
    'open_pipeline_amount': {'kpi_code': 'open_pipeline_amount'},
    'win_rate': {'kpi_code': 'win_rate_by_count'},
    'win_amount_rate': {'kpi_code': 'win_rate_by_amount'},
    'close_p50_days': {'kpi_code': 'time_to_close', 'statistic': 'p50', 'dimension': 'created'},
    'win_120d_rate': {'kpi_code': 'time_to_win', 'statistic': 'incidence_120d', 'dimension': 'created'},
    'naive_win_p50_days': {'kpi_code': 'sales_cycle_won_naive', 'statistic': 'p50'},
    'stalled_deal_rate': {'kpi_code': 'stalled_deal_rate'},
    'slip_count': {'kpi_code': 'close_date_slip_count'},
    'velocity_per_day_amount': {'kpi_code': 'sales_velocity_per_day'},
}) }}
