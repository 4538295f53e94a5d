"""Interpreters that are started before there is something to do."""

import pytest

from harvester.batch import processes
from harvester.workers import Interpreter, standing_by
from tests.workers.test_workers import children

SERVE = ("harvester.batch.engines", "serve")


def test_those_that_nobody_needs_are_ended_with_the_block_whatever_ends_it() -> None:
    before = children()
    with pytest.raises(KeyboardInterrupt), standing_by(3, *SERVE) as started:
        assert len(started) == len(children() - before) == 3
        raise KeyboardInterrupt
    assert children() == before


def test_of_more_than_there_are_tasks_the_others_are_ended_at_once() -> None:
    before = children()
    with standing_by(2, *SERVE) as started:
        assert list(processes([], 2, started)) == []
        assert children() == before


def test_one_is_ended_as_often_as_it_is_told_to() -> None:
    one = Interpreter(*SERVE)
    one.end()
    one.end()
    assert one.pipe.closed
