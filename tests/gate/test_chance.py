"""Permutation tests: what they say of samples whose difference is known, and how often they are wrong."""

from random import Random

from harvester.gate.chance import paired, significant, unpaired


def test_a_difference_in_every_page_is_found_and_the_measure_that_moved_is_named() -> None:
    chance = Random(5)
    old = [[chance.random(), 0.5 + 0.02 * chance.random(), 1.0] for _ in range(12)]
    new = [[chance.random(), row[1] - 0.2, 1.0] for row in old]
    for test in (paired, unpaired):
        outcome = test(old, new, 1)
        assert outcome.p < 0.001
        assert outcome.by_measure[1] < 0.001 < 0.2 < outcome.by_measure[0]
        assert outcome.by_measure[2] == 1.0, "a measure that is the same everywhere says nothing"
        assert test(old, new, 1) == outcome, "the same seed gives the same p-value"


def test_pages_that_differ_among_themselves_hide_a_small_move_unless_each_is_compared_with_itself() -> None:
    chance = Random(6)
    old = [[place / 20] for place in range(20)]
    new = [[row[0] - 0.1 + 0.01 * chance.random()] for row in old]
    assert paired(old, new, 1).p < 0.001
    assert unpaired(old, new, 1).p > 0.1


def test_samples_that_are_the_same_have_a_p_of_one() -> None:
    rows = [[0.5, 0.1]] * 9
    assert paired(rows, rows, 1).p == unpaired(rows, rows, 1).p == 1.0


def test_where_nothing_moved_p_is_under_a_twentieth_about_once_in_twenty() -> None:
    chance = Random(7)
    few = {paired: 0, unpaired: 0}
    for seed in range(300):
        old, new = ([[chance.gauss(0, 1) for _ in range(4)] for _ in range(14)] for _ in range(2))
        for test in few:
            few[test] += test(old, new, seed).p <= 0.05
    assert all(5 <= number <= 27 for number in few.values()), (
        few
    )  # 15 expected; both ends are over three deviations away


def test_of_many_hosts_those_are_reported_that_stand_out_from_what_chance_gives() -> None:
    even = [(place + 1) / 100 for place in range(100)]
    assert not any(significant(even, 0.05))
    assert significant([0.0001, *even[1:]], 0.05) == [True] + [False] * 99
    assert significant([0.9, 0.03, 0.01], 0.05) == [False, True, True]  # .01 ≤ .05 / 3, .03 ≤ .05 × 2 / 3
    assert significant([], 0.05) == []
