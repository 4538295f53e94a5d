"""What building the package does beside what pyproject.toml says: all cores compile, and the model of languages is put into
the form in which it is read.

setuptools loads this by itself; nothing of the program does.
"""

import importlib.util
import os
from pathlib import Path

from setuptools import Command
from setuptools.command.build import build
from setuptools.command.build_ext import build_ext

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


class Compile(build_ext):  # type: ignore[misc]
    """The compiled modules, as many at once as there are cores."""

    def finalize_options(self) -> None:
        super().finalize_options()
        self.parallel = True

    def build_extensions(self) -> None:
        from Cython.Build import cythonize  # here, since the package runs without Cython

        if self.compiler.compiler_type == "unix":
            for extension in self.extensions:
                extension.extra_compile_args.append("-g0")  # what a debugger reads takes a third of the time
        # Cython works in processes: the threads in which C is compiled after it share one interpreter.
        cythonize(self.extensions, nthreads=os.cpu_count() or 1, quiet=True)  # type: ignore[no-untyped-call]
        super().build_extensions()


class Build(build):  # type: ignore[misc]
    """All that a build makes."""

    sub_commands = (*build.sub_commands, ("build_model", None))
