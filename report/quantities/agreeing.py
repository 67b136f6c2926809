"""Whether two quantities say the same: of one kind or of none, equal in value, or within what 约, 多 and 不到 allow."""

from __future__ import annotations

import math
from dataclasses import replace

from report.quantities.value import Quantity

_SAME = 1e-12


def ends(quantity: Quantity) -> tuple[Quantity, ...]:
    """A range's two ends; of anything else itself."""
    if quantity.low == quantity.high or quantity.bound == "vague":
        return (quantity,)
    return replace(quantity, high=quantity.low), replace(quantity, low=quantity.high)


def agree(claim: Quantity, stated: Quantity) -> bool:
    """Both are ends, or vague. What the evidence leaves without a unit may be of any."""
    if "date" in (claim.kind, stated.kind):
        return False
    if "time" in (claim.kind, stated.kind):
        return _same_time(claim, stated)
    if claim.is_guess or stated.is_guess:
        return claim.kind == stated.kind and _same_kind(claim, stated)
    if stated.is_bare and not claim.is_bare:
        is_share = claim.kind == "percent" and math.isclose(stated.low * 100, claim.low, rel_tol=_SAME)
        return is_share or _same_value(claim, stated, claim.low, stated.low * claim.factor)
    if claim.is_bare and not stated.is_bare:
        return _same_value(claim, stated, claim.low * stated.factor, stated.low)
    return _same_kind(claim, stated) if claim.kind == stated.kind else _akin(claim, stated)


def _akin(claim: Quantity, stated: Quantity) -> bool:
    """Of two kinds that may say the same: counts and ranks, percent and basis points, 577 % and 5.77 times."""
    kinds = {claim.kind, stated.kind}
    if kinds <= {"count", "ordinal"} or (stated.unit == "#" and claim.kind == "percent"):  # a score: AIME 45.2
        return _same_value(claim, stated, claim.low, stated.low)
    if kinds == {"count", "points"} and "点" in (claim.unit, stated.unit):  # 升 10 点
        return _same_value(claim, stated, claim.low, stated.low)
    if kinds == {"percent", "points"}:
        return "pp" not in (claim.unit, stated.unit) and _same_value(claim, stated, claim.low, stated.low)
    if kinds == {"percent", "multiple"} and claim.grows and stated.grows:
        return any(_same_value(claim, stated, mine, other) for mine in _shares(claim) for other in _shares(stated))
    return False


def _shares(quantity: Quantity) -> list[float]:
    """In percent; that something doubled is a growth by 100 %, as well as to 200 %."""
    if quantity.kind == "percent":
        return [quantity.low]
    return [quantity.low * 100] + ([100.0] if quantity.low == 2 and quantity.is_spelled else [])


def _same_kind(claim: Quantity, stated: Quantity) -> bool:
    if claim.kind == "duration" and claim.unit != stated.unit:
        months, seconds = (claim, stated) if claim.unit == "mo" else (stated, claim)
        days = seconds.low / 86400
        exact = {months.low * 30, *({months.low / 12 * 365, months.low / 12 * 364} if months.low % 12 == 0 else ())}
        return any(math.isclose(days, one, rel_tol=_SAME) for one in exact)
    if claim.kind == "percent" and "fraction" in {claim.unit, stated.unit} and claim.low != stated.low:
        return abs(claim.low - stated.low) <= 0.5 and (claim.low % 1 > 0 or stated.low % 1 > 0)
    has_units = claim.kind in ("money", "measure")
    if has_units and claim.unit != stated.unit and {claim.unit, stated.unit} != {"CNY", "JPY"}:
        return False
    return _same_value(claim, stated, claim.low, stated.low)


def _same_time(claim: Quantity, stated: Quantity) -> bool:
    for one, other in ((claim, stated), (stated, claim)):
        if one.kind != "time" and (one.kind != "count" or one.unit != "点" or one.low > 24):
            return False
        if one.kind != "time":
            return math.isclose(one.low * 60 % 720, other.low % 720, abs_tol=1e-6)
    if "12h" in {claim.unit, stated.unit}:
        return claim.low % 720 == stated.low % 720
    return claim.low % 1440 == stated.low % 1440


def _same_value(claim: Quantity, stated: Quantity, mine: float, other: float) -> bool:
    """By absolute value: a fall of 5 % is -5 %."""
    if not (math.isfinite(mine) and math.isfinite(other)):
        return False
    if "vague" in (claim.bound, stated.bound):
        if claim.bound == stated.bound:
            return claim.low < stated.high and stated.low < claim.high
        return claim.bound == "vague" and claim.low <= other <= claim.high
    if {claim.bound, stated.bound} == {"over", "under"} and claim.kind != "duration":
        return False
    if math.isclose(mine, other, rel_tol=_SAME):
        return True
    return claim.digits <= (stated.digits or claim.digits) and _is_near(claim, stated, mine, other)


def _is_near(claim: Quantity, stated: Quantity, mine: float, other: float) -> bool:
    """Within what the claim's 约, 多 or 不到 allows; one with 万 or million may round one that is written out."""
    if claim.bound == "over":
        return mine < other < max(mine + min(_step(mine), mine), mine * 1.25) and stated.bound != "under"
    if claim.bound == "under":
        return mine * 0.8 < other < mine and stated.bound != "over"
    if claim.bound == "about":
        return _rounds(mine, other) and abs(mine - other) <= 0.1 * mine
    is_rounded = claim.scale > 1 == stated.scale and 2 <= claim.digits <= stated.digits - 2
    return is_rounded and _rounds(mine, other) and abs(mine - other) <= 0.01 * mine


def _step(value: float) -> float:
    """What the last digit counts that is not zero: 1000 for 2000, 10 for 130, 0.1 for 4.5."""
    digits = f"{value:.12e}"
    mantissa, _, exponent = digits.partition("e")
    decimals = len(mantissa.rstrip("0").partition(".")[2])
    return 10.0 ** (int(exponent) - decimals)


def _rounds(mine: float, other: float) -> bool:
    step = _step(mine)
    return abs(mine - other) <= step / 2 * (1 + _SAME) or math.floor(other / step) * step == mine
