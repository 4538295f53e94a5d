"""Items and a pure function come in, results in the items' order go out: from this process, or from children that may die.

What an item does to a child, crash, hang or eat memory, is a PageError of that item and of no other. Also interpreters that
stand by for whoever gives them work in a way of their own.
"""

from harvester.workers.limits import HERE, Workers
from harvester.workers.pool import Make, in_order
from harvester.workers.standby import Interpreter, standing_by

__all__ = ["HERE", "Interpreter", "Make", "Workers", "in_order", "standing_by"]
