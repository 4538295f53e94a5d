"""`harvest push`: a version into a dataset repository."""

from pathlib import Path
from typing import Annotated

import typer

from harvester.cli.options import Json


def push(
    version: Annotated[
        Path, typer.Argument(help="Folder of a version, or of a corpus (then its latest).", metavar="VERSION")
    ],
    repository: Annotated[str, typer.Argument(help="Dataset repository, as OWNER/NAME.", metavar="REPO")],
    public: Annotated[
        bool, typer.Option("--public", help="Let everybody see a repository that is made; else it is private.")
    ] = False,
    json: Json = False,
) -> None:
    """Push a version to a dataset repository of the Hugging Face Hub.

    One commit, named by version and manifest digest, and a tag. The token is HF_TOKEN of the
    environment. Needs the extra: pip install 'harvester[push]'.

    \b
    HF_TOKEN=… harvest push corpus/my-corpus me/my-corpus
    HF_TOKEN=… harvest push corpus/my-corpus/1.0.0 me/my-corpus --public
    """
    from harvester.cli.show import safe, to_json
    from harvester.pushing import push as send

    done = send(version, repository, public=public)
    if json:
        print(to_json(done))
    else:
        print(safe(f"{done.corpus} {done.version}: {done.files} files in {done.url}, tag {done.version}"))
