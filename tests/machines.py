"""Machines in a network of their own: namespaces of the kernel, each with an address, joined by a bridge in one more."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from harvester.types import Frozen

_NET = "10.213.7"


class Machine(Frozen):
    """A machine without a disk of its own: it sees the files of this one."""

    name: str
    address: str

    def command(self, *words: str) -> list[str]:
        """The command as it runs there."""
        return ["ip", "netns", "exec", self.name, *words]

    def processes(self) -> list[int]:
        """What runs there."""
        return [int(number) for number in _said("ip", "netns", "pids", self.name).split()]

    def lose(self) -> None:
        """Kill all that runs there at once, and again what was started meanwhile."""
        while running := self.processes():
            for process in running:
                _kill(process)


@contextmanager
def machines(count: int) -> Iterator[list[Machine]]:
    """So many machines; skips the test where this process may not make them. What runs there ends with the block."""
    if shutil.which("ip") is None or os.geteuid() != 0:
        pytest.skip("machines are namespaces, which take root and Debian's iproute2")
    mark = f"hv{os.getpid()}"
    with ExitStack() as stack:
        switch = _namespace(f"{mark}-switch", stack)
        _said("ip", "-n", switch.name, "link", "add", "bridge", "type", "bridge")
        _said("ip", "-n", switch.name, "link", "set", "bridge", "up")
        made = []
        for number in range(1, count + 1):
            machine = _namespace(f"{mark}-{number}", stack, address=f"{_NET}.{number}")
            port, here = f"port{number}", ["ip", "-n", machine.name]
            _said("ip", "-n", switch.name, "link", "add", port, "type", "veth", "peer", "eth0", "netns", machine.name)
            _said("ip", "-n", switch.name, "link", "set", port, "master", "bridge", "up")
            _said(*here, "address", "add", f"{machine.address}/24", "dev", "eth0")
            _said(*here, "link", "set", "eth0", "up")
            _said(*here, "link", "set", "lo", "up")
            made.append(machine)
        yield made


def _namespace(name: str, stack: ExitStack, address: str = "") -> Machine:
    made = subprocess.run(["ip", "netns", "add", name], capture_output=True, text=True, check=False)
    if made.returncode:
        pytest.skip(f"no namespace can be made here: {made.stderr.strip()}")
    machine = Machine(name, address)
    stack.callback(_said, "ip", "netns", "delete", name)
    stack.callback(machine.lose)
    return machine


def _said(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def _kill(process: int) -> None:
    try:
        os.kill(process, signal.SIGKILL)
    except ProcessLookupError:
        return
