"""What building the package makes beside what pyproject.toml says: the model of languages in the form in which it is read.

setuptools loads this by itself; nothing of the program does.
"""

import importlib.util
from pathlib import Path

from setuptools import Command
from setuptools.command.build import build

_MODULE = Path("harvester/extraction/language_model.py")


class BuildModel(Command):  # type: ignore[misc]  # setuptools has no types
    """Put the model of py3langid into the form of `language_model`; left out where the library cannot be loaded."""

    description = "prepare the model of languages"
    user_options = ()
    editable_mode = False

    def initialize_options(self) -> None:
        self.build_lib: str | None = None

    def finalize_options(self) -> None:
        self.set_undefined_options("build_py", ("build_lib", "build_lib"))

    def run(self) -> None:
        specification = importlib.util.spec_from_file_location(_MODULE.stem, _MODULE)
        assert specification is not None and specification.loader is not None
        model = importlib.util.module_from_spec(specification)
        specification.loader.exec_module(model)
        [output] = self.get_outputs()
        try:
            if model.read(Path(output)) is None:
                Path(output).parent.mkdir(parents=True, exist_ok=True)
                model.write(Path(output), model.convert())
        except ImportError as error:
            self.warn(f"the model of languages is not prepared, which each run does then: {error}")

    def get_outputs(self) -> list[str]:
        folder = Path() if self.editable_mode or self.build_lib is None else Path(self.build_lib)
        return [str(folder / _MODULE.with_name("language.model"))]

    def get_output_mapping(self) -> dict[str, str]:
        return {}

    def get_source_files(self) -> list[str]:
        return [str(_MODULE)]


class Build(build):  # type: ignore[misc]
    """All that a build makes."""

    sub_commands = (*build.sub_commands, ("build_model", None))
