"""What may be said of a group: figures over cells of enough people, none of which can be worked out by subtraction.

Once an assessment is closed its people fall into cells: perspectives, pooled where few answered. Everything that is
published rests on one table, the tallies of items by cells, from which too small tallies are taken out; means of
facets and rows are means of the tallies that are left, so they tell nothing that the tallies do not.
"""

from assessor.disclosure.arrivals import Arrivals, Arrived, arrivals
from assessor.disclosure.cells import SMALLEST, Cell, crowded, partition
from assessor.disclosure.outlook import Outlook, Prospect, outlook
from assessor.disclosure.overlap import Linked, linked_in, overlaps
from assessor.disclosure.published import Published, View, joined, publish
from assessor.disclosure.tallies import Reason, Standing, Tally, standing, total

__all__ = [
    "SMALLEST",
    "Arrivals",
    "Arrived",
    "Cell",
    "Linked",
    "Outlook",
    "Prospect",
    "Published",
    "Reason",
    "Standing",
    "Tally",
    "View",
    "arrivals",
    "crowded",
    "joined",
    "linked_in",
    "outlook",
    "overlaps",
    "partition",
    "publish",
    "standing",
    "total",
]
