"""WARC files of the IIPC, jwarc, JWAT and warcio test suites: how many records come, and where damage is named."""

from pathlib import Path

import pytest

from harvester.archive import Damage, RawRecord, read_records
from tests.conftest import shared

JWAT = "warc-jwat/jwat-warc/src/test/resources"
IIPC = "warc-iipc/src/test/resources/org/archive"
WARCIO = "warc-warcio/test/data"
JWARC = "warc-jwarc/test-resources/org/netpreserve/jwarc"

# File: records that are whole, and the offsets at which damage is named.
EXPECTED: dict[str, tuple[int, list[int]]] = {
    f"{IIPC}/format/gzip/IAH-urls-wget.warc.gz": (36, []),
    f"{IIPC}/format/gzip/double-single-inflate-error.gz": (0, [0]),
    f"{IIPC}/format/warc/IAH-urls-wget.warc": (36, []),
    f"{IIPC}/format/warc/mutliple-headers.warc": (1, []),
    f"{IIPC}/resource/html/link-extraction-test.warc": (7, [2807]),
    f"{JWARC}/cc.warc.gz": (1, []),
    f"{JWARC}/gzip_extra_sl.warc.gz": (1, []),
    f"{JWAT}/IAH-20080430204825-00000-blackbook.warc.gz": (822, []),
    f"{JWAT}/invalid-warcfile-contenttype-recommended.warc": (5, [1838, 2823]),
    f"{JWAT}/invalid-warcfile-contenttype-warcinfo-recommended.warc": (1, []),
    f"{JWAT}/invalid-warcfile-digest-fields.warc": (2, [0, 1093]),
    f"{JWAT}/invalid-warcfile-duplicate-fields.warc": (0, [0]),
    f"{JWAT}/invalid-warcfile-encoding-headers.warc.gz": (4, []),
    f"{JWAT}/invalid-warcfile-fields-empty.warc": (0, [0]),
    f"{JWAT}/invalid-warcfile-fields-invalidformat.warc": (0, [0]),
    f"{JWAT}/invalid-warcfile-fields-missing.warc": (0, [0]),
    f"{JWAT}/invalid-warcfile-lonely-continuation.warc": (0, [0]),
    f"{JWAT}/invalid-warcfile-lonely-monkeys.warc": (0, [0]),
    f"{JWAT}/invalid-warcfile-lonely-request-response-resource-conversion.warc": (0, [0, 36, 73, 110]),
    f"{JWAT}/invalid-warcfile-lonely-revisit.warc": (0, [0]),
    f"{JWAT}/invalid-warcfile-lonely-warcinfo-metadata.warc": (0, [0, 37]),
    f"{JWAT}/invalid-warcfile-record-then-garbage.warc": (1, [1135]),
    f"{JWAT}/invalid-warcfile-segment-number-continuation.warc": (2, []),
    f"{JWAT}/invalid-warcfile-segment-number-response.warc": (2, []),
    f"{JWAT}/valid-warcfile-contenttype-continuation.warc": (1, []),
    f"{JWAT}/valid-warcfile-duplicate-concurrentto.warc": (1, []),
    f"{JWAT}/valid-warcfile-fields-continuation.warc": (1, []),
    f"{JWAT}/valid-warcfile-fields-metainfo.warc": (1, []),
    f"{JWAT}/valid-warcfile-fields-warcinfo.warc": (1, []),
    f"{JWAT}/valid-warcfile-non-warc-headers.warc": (1, []),
    f"{JWAT}/valid-warcfile-upper-lower-case.warc": (5, []),
    f"{JWAT}/valid-warcfile-utf8.warc": (1, []),
    f"{WARCIO}/example-bad-non-chunked.warc.gz": (5, [0]),
    f"{WARCIO}/example-bad.warc.gz.bad": (6, []),
    f"{WARCIO}/example-digest.warc": (3, [2758]),
    f"{WARCIO}/example-iana.org-chunked.warc": (3, []),
    f"{WARCIO}/example-resource.warc.gz": (3, []),
    f"{WARCIO}/example-space-in-target-uri.warc.gz": (2, []),
    f"{WARCIO}/example-trunc.warc": (3, [1197]),
    f"{WARCIO}/example-wget-bad-target-uri.warc.gz": (6, []),
    f"{WARCIO}/example-wrong-chunks.warc.gz": (1, [0, 516]),
    f"{WARCIO}/example.warc": (6, []),
    f"{WARCIO}/example.warc.gz": (6, []),
    f"{WARCIO}/post-test.warc.gz": (6, []),
}


@pytest.fixture(scope="module")
def hostile() -> Path:
    return shared("hostile/warc-jwat").parent


@pytest.mark.parametrize("name", EXPECTED)
def test_a_file_of_another_suite_gives_these_records_and_damage_there(hostile: Path, name: str) -> None:
    with (hostile / name).open("rb") as file:
        found = list(read_records(file))
    good = sum(isinstance(f, RawRecord) for f in found)
    assert (good, [f.offset for f in found if isinstance(f, Damage)]) == EXPECTED[name]


def test_a_file_that_is_no_warc_gives_damage_and_no_record(hostile: Path) -> None:
    files = [
        f for pattern in ("*.arc", "*.arc.gz", "abcd.gz", "hi*.gz", "invalid-*.gz") for f in hostile.rglob(pattern)
    ]
    assert len(files) > 10
    for path in files:
        if path.name == "invalid-warcfile-encoding-headers.warc.gz":
            continue
        with path.open("rb") as file:
            found = list(read_records(file))
        assert found and all(isinstance(f, Damage) for f in found), path
