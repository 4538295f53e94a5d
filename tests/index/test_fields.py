"""Values of an index."""

import pytest

from harvester.index import fields


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2022", "2022"),
        ("2022-04", "2022-04"),
        (" 2022-04-27 ", "2022-04-27"),
        ("2022-04-27T23:30", "2022-04-27"),
        ("2022-04-27 23:30:00.5+02:00", "2022-04-27"),
    ],
)
def test_a_date_is_kept_to_the_day_it_was_published_on(text: str, day: str) -> None:
    assert fields.published(text) == day


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "27.04.2022",
        "2022-13",
        "2022-02-30",
        "20220427",
        "2022-W01-1",
        "0000",
        "２０２２",
        "2022-04-27T25:00",
    ],
)
def test_a_date_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(fields.Refused, match="bad date"):
        fields.published(text)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2022-04-27", "2022-04-27T00:00:00Z"),
        ("2022-04-27T10:00:00", "2022-04-27T10:00:00Z"),
        ("2022-04-27 10:00:00.9Z", "2022-04-27T10:00:00Z"),
        ("2022-04-27T00:30:00+02:00", "2022-04-26T22:30:00Z"),
    ],
)
def test_a_moment_is_told_in_utc(text: str, moment: str) -> None:
    assert fields.timestamp(text) == moment


@pytest.mark.parametrize("text", ["2022", "2022-04", "0001-01-01T00:00:00+14:00", "9999-12-31T23:00:00-14:00", "now"])
def test_a_moment_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(fields.Refused, match="bad date"):
        fields.timestamp(text)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Jane Doe", ("Jane Doe",)),
        ("Doe, Jane", ("Doe, Jane",)),
        ("Doe, Jane; Roe, John;", ("Doe, Jane", "Roe, John")),
        ("Jane Doe and John Roe", ("Jane Doe", "John Roe")),
        ("Jane Doe, John Roe, and Max Moe", ("Jane Doe", "John Roe", "Max Moe")),
        ("Marx and Engels", ("Marx and Engels",)),
        ("Marx; Engels; Marx", ("Marx", "Engels")),
        ("Department of Trade and Industry", ("Department of Trade and Industry",)),
        ("Alexandra Anderson", ("Alexandra Anderson",)),
    ],
)
def test_authors_are_parted_only_where_it_is_safe(text: str, names: tuple[str, ...]) -> None:
    assert fields.authors(text) == names
