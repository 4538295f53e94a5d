"""What the docs list, the program has, and the other way round."""

import re
from pathlib import Path

import pytest

from harvester.settings import defaults, describe
from harvester.types import REASONS
from tests.conftest import PROJECT

README = (PROJECT / "README.md").read_text("utf-8")
COMMANDS = (
    "build",
    "batch",
    "fetch",
    "list",
    "extract",
    "explain",
    "export",
    "push",
    "verify",
    "diff",
    "rebuild",
    "init",
    "status",
    "archive",
    "gold",
    "show",
    "search",
    "stats",
    "report",
    "forget",
    "bench",
    "check",
    "learn",
)


def test_every_command_is_in_the_readme_and_in_the_command_reference() -> None:
    import typer.main

    from harvester.cli.app import app

    group = typer.main.get_command(app)
    assert sorted(getattr(group, "commands")) == sorted(COMMANDS)  # noqa: B009
    reference = (PROJECT / "docs" / "cli.md").read_text("utf-8")
    for command in COMMANDS:
        assert f"| `harvest {command}" in README
        assert f"## harvest {command}\n" in reference


def test_every_setting_is_documented() -> None:
    page = (PROJECT / "docs" / "settings.md").read_text("utf-8")
    assert describe().keys() == defaults().keys()
    for key, meaning in describe().items():
        assert re.search(rf"(?m)^{key.partition('.')[2]} = .*  # {re.escape(meaning)}$", page), key


def test_every_reason_a_page_can_fail_for_is_raised_somewhere_and_no_other() -> None:
    source = "".join(
        path.read_text("utf-8") for path in (PROJECT / "harvester").rglob("*.py") if path.name != "types.py"
    )
    raised = set(re.findall(r'PageError\(\s*"([a-z0-9-]+)"', source))
    assert raised <= REASONS.keys()
    for reason in REASONS:
        assert f'"{reason}"' in source, f"{reason} is documented but never given"


def test_every_test_that_the_table_of_hazards_names_is_there() -> None:
    named = re.findall(r"`([\w/]+\.py)::(\w+)`", (PROJECT / "docs" / "hazards.md").read_text("utf-8"))
    assert len(named) > 60
    for file, name in named:
        assert f"\ndef {name}(" in (PROJECT / "tests" / file).read_text("utf-8"), f"{file}::{name}"


@pytest.mark.parametrize(
    "path", sorted([PROJECT / "README.md", *PROJECT.glob("docs/*.md")]), ids=lambda path: path.name
)
def test_links_to_files_of_the_project_lead_somewhere(path: Path) -> None:
    text = re.sub(r"(?ms)^```.*?^```$|`[^`\n]+`", "", path.read_text("utf-8"))
    for target in re.findall(r"\]\(([^)#\s]+)", text):
        if "://" not in target:
            assert (path.parent / target).exists(), target


def test_the_two_commands_are_named_and_ci_calls_make_test() -> None:
    assert "make harvest" in README and "make test" in README
    assert "make test" in (PROJECT / ".ci" / "run").read_text("utf-8")
