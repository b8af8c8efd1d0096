"""How much of recorded crime is organised: sample → code → agreement → share with bounds.

After the method of Crocker and others (2016), The impact of organised crime in
local communities, Police Foundation and Perpetuity Research, made repeatable: the definition, the
criteria, the sample, the coders' agreement and what stays unknown are all stated.
"""

from frith.study.agreement import Agreement, agreement
from frith.study.coding import Coded, combine
from frith.study.sampling import Sample, draw
from frith.study.shares import Shares, shares

__all__ = ["Agreement", "Coded", "Sample", "Shares", "agreement", "combine", "draw", "shares"]
