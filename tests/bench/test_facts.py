"""The plain loops behind the facts, on examples small enough to do by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from statsmodels.duration.survfunc import SurvfuncRight

from bench.facts_clocks import incidence_by, incidence_median, plain_median, survival_quantile
from bench.facts_money import Rates, to_cents

CLOCKS = [(3, "won"), (5, "lost"), (5, ""), (8, "won"), (13, "lost"), (21, ""), (34, "won")]


def test_survival_quantile_agrees_with_a_package() -> None:
    """The loop gives the quartiles that statsmodels gives."""
    curve = SurvfuncRight([days for days, _ in CLOCKS], [bool(end) for _, end in CLOCKS])
    for share in (Fraction(1, 4), Fraction(1, 2), Fraction(3, 4)):
        assert survival_quantile(CLOCKS, share) == curve.quantile(float(share))


def test_survival_quantile_may_never_come() -> None:
    """With most still waiting there is no median."""
    assert survival_quantile([(1, "won"), (9, ""), (9, "")], Fraction(1, 2)) is None


def test_competing_ends_add_up_to_all_ends() -> None:
    """Won and lost incidence together are one minus survival."""
    both = incidence_by(CLOCKS, ("won",), 13) + incidence_by(CLOCKS, ("lost",), 13)
    assert both == pytest.approx(incidence_by(CLOCKS, ("won", "lost"), 13))
    assert incidence_by(CLOCKS, ("won",), 3) == pytest.approx(1 / 7)
    assert incidence_median([(2, "won"), (4, "lost"), (6, "won")], ("won",)) == 6


def test_a_median_between_two_numbers_is_no_fact() -> None:
    """Conventions differ on it, so none is stated."""
    assert plain_median([1, 2, 3, 4]) is None
    assert plain_median([4, 2, 2, 1]) == 2


def test_rates_look_back_a_week_and_no_further() -> None:
    """Christmas takes the rate of the last day before; a currency that ended has none after a week."""
    rates = Rates()
    assert rates.quote("USD", date(2025, 12, 25)) == rates.quote("USD", date(2025, 12, 24))
    assert rates.quote("BGN", date(2026, 1, 5)) == Decimal("1.9558")
    assert rates.quote("BGN", date(2026, 1, 20)) is None
    assert rates.in_dollars(Decimal(10), "USD", date(2025, 12, 25)) == Decimal(10)
    assert to_cents(Decimal("0.125")) == "0.13"
