"""Arguments come in, an exit code goes out: `main` is the command `harvest`.

Commands parse, call one function of the pipeline and print; heavy modules are imported when a command runs.
"""

from harvester.cli.app import main

__all__ = ["main"]
