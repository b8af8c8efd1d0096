"""Harm instead of counts: offence weights → harm of an event, a group, a place, a period.

Weights are a table handed in, with edition and source (`weights`); none is built into code.
Source: Sherman, Neyroud and Neyroud (2016), "The Cambridge Crime Harm Index", Policing 10, 171–183;
Office for National Statistics, Crime Severity Score (2016), whose weights have the same shape.
"""

from frith.harm.costs import national_costs
from frith.harm.totals import Harm, harm_by
from frith.harm.weights import Weights, choose, weigh

__all__ = ["Harm", "Weights", "choose", "harm_by", "national_costs", "weigh"]
