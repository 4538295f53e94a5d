"""Bars for the stages of a run, and a line for each host that is fetched from."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich.console import Console, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, ProgressColumn, Task, TaskID, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars
from rich.table import Table
from rich.text import Text

from harvester.cli.show import safe

if TYPE_CHECKING:
    from harvester.fetch import HostProgress

_SHOWN = 12  # hosts; those with most to do


class _Rate(ProgressColumn):
    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        unit = "files" if task.description == "files" else "pages"
        return Text(f"{speed:,.1f} {unit}/s" if speed else "", style="progress.data.speed")


class Display(Bars):
    """What is shown on stderr."""

    def __init__(self) -> None:
        self._stages = dict[str, TaskID]()
        self._hosts = dict[str, "HostProgress"]()
        shown = (TextColumn("{task.description:8}"), BarColumn(), MofNCompleteColumn(), _Rate(), TimeRemainingColumn())
        super().__init__(*shown, console=Console(stderr=True), refresh_per_second=4)

    def report(self, stage: str, done: int, total: int, host: "HostProgress | None" = None) -> None:
        """Show how far a stage is, as `run.Progress` says it."""
        if stage not in self._stages:
            self._stages[stage] = self.add_task(stage, total=total)
        if host is not None:
            self._hosts[host.host] = host
        self.update(self._stages[stage], completed=done, total=total)

    def get_renderables(self) -> Iterable[RenderableType]:
        yield self.make_tasks_table(self.tasks)
        rows = host_rows(list(self._hosts.values()))
        if rows:
            table = Table("host", "pages", "failed", "pages/s", "bytes", "left", box=None, padding=(0, 2, 0, 0))
            for row in rows:
                table.add_row(*row)
            yield table


def host_rows(hosts: Sequence["HostProgress"]) -> list[tuple[str, ...]]:
    """For the hosts that will take longest: pages through and in all, failed ones, pace, bytes, time left."""
    rows = list[tuple[str, ...]]()
    for host in sorted(hosts, key=lambda host: (-_left(host), host.host))[:_SHOWN]:
        through = host.done + host.failed
        if through == host.pages:
            continue
        pace = f"{1 / host.pace:.2f}" if host.pace else ""
        minutes, seconds = divmod(round(_left(host)), 60)
        left = f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
        rows.append((safe(host.host), f"{through:,}/{host.pages:,}", f"{host.failed:,}", pace, f"{host.bytes:,}", left))
    return rows


def _left(host: "HostProgress") -> float:
    return (host.pages - host.done - host.failed) * host.pace
