-- One row per month and segment: how fast new partners ramp. A pivot of kpi_values.
{{ monthly_headlines({
    'negative_ramp_count': {'kpi_code': 'negative_ramp_count', 'dimension': 'joined>first_won_deal'},
    'ramping_partner_count': {'kpi_code': 'ramping_partner_count', 'dimension': 'joined>first_won_deal'},
    'activation_rate_90d': {'kpi_code': 'activation_rate_90d', 'dimension': 'joined>first_registration'},
    'first_login_p50_days': {'kpi_code': 'ramp_time', 'statistic': 'p50', 'dimension': 'joined>first_login'},
    'first_certification_p50_days': {'kpi_code': 'ramp_time', 'statistic': 'p50', 'dimension': 'joined>first_certification'},
    'first_registration_p50_days': {'kpi_code': 'ramp_time', 'statistic': 'p50', 'dimension': 'joined>first_registration'},
    'first_won_deal_p50_days': {'kpi_code': 'ramp_time', 'statistic': 'p50', 'dimension': 'joined>first_won_deal'},
    'first_won_deal_180d_rate': {'kpi_code': 'ramp_time', 'statistic': 'incidence_180d', 'dimension': 'joined>first_won_deal'},
    'first_won_deal_while_active_p50_days': {
        'kpi_code': 'ramp_time_while_active', 'statistic': 'p50', 'dimension': 'joined>first_won_deal',
    },
    'own_first_registration_days': {'kpi_code': 'ramp_time_period', 'statistic': 'p50', 'dimension': 'joined>first_registration'},
}) }}
