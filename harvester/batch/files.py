"""Files wherever fsspec finds them: opened, read and written whole. What lists may name is held to kinds of storage that
the user has set up: no address on the open network, of which any list could name one behind a firewall."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from harvester.archive import write_atomic
from harvester.archive.durable import make_folder
from harvester.errors import InputError, StorageError

STORAGES = ("file", "local", "memory", "s3", "s3a", "gs", "gcs", "az", "abfs", "abfss", "adl", "hdfs", "oci")
_BLOCK = 1 << 20


def check(path: str) -> None:
    """Raise InputError for a path in a storage that cannot be used."""
    if local(path) is None or "::" in path:
        _find(path)


def _find(path: str) -> tuple[Any, str]:
    """The fsspec file system of a path, and the path in it. Raises InputError."""
    protocol = path.partition("://")[0] if "://" in path else "file"
    if protocol in ("http", "https", "ftp", "sftp"):
        raise InputError(f"{path}: {protocol} is not read; download the file, or name it by s3:// or the like")
    if protocol not in STORAGES or "::" in path:
        raise InputError(f"{path}: no storage of this kind is read; name a path or one of {', '.join(STORAGES)} ://")
    import fsspec  # loaded for files that lie elsewhere than here

    try:
        system, inner = fsspec.core.url_to_fs(path)
    except ImportError as error:  # it names the package, such as s3fs
        raise InputError(f"{path}: {error}; install it with pip") from error
    except Exception as error:  # what a driver makes of its own configuration
        raise InputError(f"{path}: {error}; see the documentation of fsspec for {protocol}://") from error
    return system, inner


def join(folder: str, name: str) -> str:
    """A path below a folder."""
    return f"{folder.rstrip('/')}/{name}"


def local(path: str) -> Path | None:
    """A path of this machine's own files; None for any other."""
    if path.startswith(("file://", "local://")):
        return Path(path.partition("://")[2])
    return None if "://" in path else Path(path)


def everywhere(path: str) -> str:
    """The path as another process finds it, whatever folder it works in."""
    return str(own.absolute()) if (own := local(path)) is not None else path


@contextmanager
def reading(path: str) -> Iterator[BinaryIO]:
    """A file opened to be read from its beginning. Raises InputError and StorageError."""
    check(path)
    own = local(path)
    if own is not None and own.exists() and not own.is_file():
        raise StorageError(f"{path}: no regular file")
    with _named(path):
        file: Any = own.open("rb") if own is not None else _opened(path)
    try:
        yield _Reader(file, path)  # type: ignore[misc]  # as much of a file as is asked for
    finally:
        file.close()


def _opened(path: str) -> Any:
    system, inner = _find(path)
    return system.open(inner, "rb", block_size=_BLOCK)


class _Reader:
    """A file that names itself in errors, whatever its storage raises."""

    def __init__(self, file: Any, path: str) -> None:
        self._file, self._path = file, path

    def read(self, size: int = -1) -> bytes:
        with _named(self._path):
            return self._file.read(size)  # type: ignore[no-any-return]

    def seek(self, offset: int, whence: int = 0) -> int:
        with _named(self._path):
            return self._file.seek(offset, whence)  # type: ignore[no-any-return]

    def tell(self) -> int:
        return self._file.tell()  # type: ignore[no-any-return]


def read(path: str) -> bytes | None:
    """The bytes of a small file; None where there is none."""
    with _named(path):
        try:
            if (own := local(path)) is not None:
                return own.read_bytes()
            system, inner = _find(path)
            return system.cat_file(inner)  # type: ignore[no-any-return]
        except FileNotFoundError:
            return None


def size(path: str) -> int | None:
    """Bytes of a file; None where there is none."""
    with _named(path):
        try:
            if (own := local(path)) is not None:
                return own.stat().st_size
            system, inner = _find(path)
            return int(system.info(inner)["size"])
        except FileNotFoundError:
            return None


def write(path: str, content: bytes) -> None:
    """Put a file there whole or not at all; on this machine's disk for good."""
    if (own := local(path)) is not None:
        make_folder(own.parent)
        write_atomic(own, content)
        return
    with _named(path):
        system, inner = _find(path)
        system.pipe_file(inner, content)


def remove(path: str) -> None:
    """Delete a file, if there is one."""
    with _named(path):
        try:
            if (own := local(path)) is not None:
                return own.unlink()
            system, inner = _find(path)
            system.rm_file(inner)
        except FileNotFoundError:
            return


@contextmanager
def _named(path: str) -> Iterator[None]:
    """Turn what a storage raises into a StorageError with the path: drivers raise errors of their own libraries."""
    try:
        yield
    except FileNotFoundError as error:
        raise StorageError(f"{path}: no such file") from error
    except InputError:
        raise
    except Exception as error:
        said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise StorageError(f"{path}: {said or type(error).__name__}") from error
