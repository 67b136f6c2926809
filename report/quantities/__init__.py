"""Quantities and dates: what a text states, and whether other texts hold it.

`read_quantities` reads Chinese and English; `unsupported_quantities` and `dates_outside` hold a point against its
posts.
"""

from report.quantities.comparing import Evidence, dates_outside, unsupported_quantities
from report.quantities.reading import read_quantities
from report.quantities.value import Day, Quantity

__all__ = ["Day", "Evidence", "Quantity", "dates_outside", "read_quantities", "unsupported_quantities"]
