"""Gold text → the share of each block that is body."""

from hypothesis import given
from hypothesis import strategies as st

from harvester.learn.labels import block_labels

BODY = "The keeper climbs the forty steps before sunset and trims the wick of the lamp."


def test_a_block_of_the_gold_is_body_and_others_are_not() -> None:
    page = ["Home | News | Sport", BODY, "Read also: the ferry", "In winter he sleeps there."]
    assert block_labels(page, f"{BODY}\n\nIn winter he sleeps there.") == [0.0, 1.0, 0.0, 1.0]


def test_half_a_block_is_half_body() -> None:
    assert block_labels([f"{BODY} Share this page with all your friends now and then again, please"], BODY) == [15 / 27]


def test_of_two_copies_one_is_the_body() -> None:
    assert sorted(block_labels([BODY, BODY], BODY)) == [0.0, 1.0]


def test_scripts_without_spaces_are_aligned_by_character() -> None:
    assert block_labels(["ホーム", "橋のたもとの灯り"], "橋のたもとの灯り") == [0.0, 1.0]


@given(st.lists(st.text(max_size=60), max_size=12), st.text(max_size=200))
def test_each_block_has_a_share(page: list[str], gold: str) -> None:
    labels = block_labels(page, gold)
    assert len(labels) == len(page) and all(0.0 <= label <= 1.0 for label in labels)
