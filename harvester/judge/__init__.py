"""Pages with gold come in, what harvester and other systems reach on them goes out: scores, intervals, time ratios.

The judge knows the program from outside: nothing below it imports it. Nothing is imported here: the gate needs the counts alone.
"""
