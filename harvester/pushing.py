"""A version → a dataset repository of the Hugging Face Hub, in one commit with a tag. Needs the extra `push`."""

import os
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version as library_version
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from harvester.errors import InputError, StorageError
from harvester.pack import DIGEST, MANIFEST, verify, version_folder
from harvester.pack.manifest import Manifest, read_manifest
from harvester.types import Frozen

if TYPE_CHECKING:
    from huggingface_hub import HfApi

HUB = "https://huggingface.co"
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_OURS = ("data/", "blocks/")
"""Where shards lie: those of an older version must go, or the card's patterns would take them in."""


class Pushed(Frozen):
    """What a push did."""

    corpus: str
    version: str
    repository: str
    commit: str
    """Its hash."""
    url: str
    files: int


def push(version: Path, repository: str, *, public: bool = False, environ: Mapping[str, str] | None = None) -> Pushed:
    """Push a version, or the latest of a corpus, to `OWNER/NAME`; a repository that is not there is made, private at first.

    The token is `HF_TOKEN` of the environment and nothing else; `HF_ENDPOINT` names another hub. Raises InputError for
    what the user must mend (no token, a push that is refused, a version that is there already), StorageError for the
    network and for a version whose bytes are not as its manifest states.
    """
    environ = os.environ if environ is None else environ
    token = environ.get("HF_TOKEN", "").strip()
    if not token:
        raise InputError("HF_TOKEN: not set; put a token there that may write to the repository")
    endpoint = _endpoint(environ)
    if not re.fullmatch(r"\w[\w.-]*/\w[\w.-]*", repository, re.ASCII):
        raise InputError(f"{repository}: no dataset repository; name it as OWNER/NAME")
    folder = version_folder(version)
    manifest, digest = read_manifest(folder)
    for finding in verify(folder):
        raise StorageError(f"{folder}: damaged: {finding}")
    try:
        from huggingface_hub import HfApi
    except ModuleNotFoundError as error:
        raise InputError("huggingface_hub: not installed; run `pip install 'harvester[push]'`") from error
    with _said(repository, endpoint, token):
        hub = HfApi(endpoint, token, library_name="harvester", library_version=library_version("harvester"))
        return _push(hub, folder, manifest, digest, repository, public)


def _push(hub: "HfApi", folder: Path, manifest: Manifest, digest: str, repository: str, public: bool) -> Pushed:
    from huggingface_hub import CommitOperationAdd, CommitOperationDelete
    from huggingface_hub.utils.tqdm import disable_progress_bars

    if not sys.stderr.isatty():
        disable_progress_bars()
    hub.create_repo(repository, repo_type="dataset", private=not public, exist_ok=True)
    if manifest.version in [tag.name for tag in hub.list_repo_refs(repository, repo_type="dataset").tags]:
        raise InputError(
            f"{repository}: has a tag {manifest.version} already; versions do not change: delete the tag there to push again"
        )
    paths = [MANIFEST, DIGEST, *(file.path for file in manifest.files)]
    there = hub.list_repo_files(repository, repo_type="dataset")
    stale = sorted(path for path in there if path.startswith(_OURS) and path not in paths)
    message = f"{manifest.name} {manifest.version}"
    done = hub.create_commit(
        repository,
        [
            *(CommitOperationAdd(path, folder / path) for path in sorted(paths)),
            *(CommitOperationDelete(path) for path in stale),
        ],
        commit_message=f"{message} (manifest sha256 {digest})",
        repo_type="dataset",
    )
    hub.create_tag(repository, tag=manifest.version, tag_message=message, revision=done.oid, repo_type="dataset")
    return Pushed(manifest.name, manifest.version, repository, done.oid, str(done.commit_url), len(paths))


def _endpoint(environ: Mapping[str, str]) -> str:
    endpoint = (environ.get("HF_ENDPOINT") or HUB).rstrip("/")
    try:
        parts = urlsplit(endpoint)
        sound = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
        sound = sound and parts.username is None and parts.password is None and bool(parts.hostname)
    except ValueError:
        sound = False
    if not sound:
        raise InputError("HF_ENDPOINT: no https address; a token is sent over nothing else")
    return endpoint


@contextmanager
def _said(repository: str, endpoint: str, token: str) -> Iterator[None]:
    """Turn what the hub and the network answer into one line, in which the token stands in no case."""
    import httpx2
    from huggingface_hub.errors import HfHubHTTPError, OfflineModeIsEnabled

    try:
        yield
    except HfHubHTTPError as error:
        status = error.response.status_code
        said = _clean(error.server_message or error.response.reason_phrase, token)
        problem = f"{repository}: {endpoint} answered {status}: {said}"
        if status >= 500 or status == 429:
            raise StorageError(f"{problem}; try again later") from None
        raise InputError(f"{problem}; is the token one that may write there?") from None
    except (httpx2.HTTPError, OfflineModeIsEnabled) as error:
        raise StorageError(
            f"{endpoint}: cannot be reached: {_clean(str(error), token) or type(error).__name__}"
        ) from None
    except RuntimeError as error:  # an upload that failed, with its cause
        raise StorageError(f"{repository}: {_clean(f'{error} {error.__cause__ or str()}', token)}") from None
    except ValueError as error:  # an answer that makes no sense, or a card that the hub refuses
        raise InputError(f"{repository}: refused: {_clean(str(error), token)}") from None


def _clean(text: str, token: str) -> str:
    return " ".join(text.replace(token, "***").split())[:500]
