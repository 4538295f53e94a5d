"""The YAML block at the head of a Markdown index becomes Defaults. Values are text as written: `no` is Norwegian."""

import difflib
import re
from collections.abc import Callable

import yaml

from harvester.index import fields
from harvester.index.fields import Refused
from harvester.index.listing import Defaults, Problem, fold

MAX_BYTES = 16_384  # PyYAML took 1.3 s for 64 KiB of keys
MAX_BRACKETS = 100  # and 1.9 s for 2,000 that nest, against 4 ms for 100
_SLUG = re.compile("[a-z0-9][a-z0-9._-]{0,79}")
_SURROGATE = re.compile("[\ud800-\udfff]")
_NULL = "tag:yaml.org,2002:null"


def _corpus(text: str) -> str:
    if not _SLUG.fullmatch(text):
        raise Refused(
            f"corpus {fields.show(text)} is no slug: use a-z, 0-9, '.', '_' and '-', at most 80, "
            f"for example {fields.slug(text)!r}"
        )
    return text


_KEYS: dict[str, Callable[[str], str]] = {
    "corpus": _corpus,
    "description": fold,
    "language": fold,
    "license": fold,
    "site": fold,
    "captured": fields.timestamp,
}


def read(source: str, line: int) -> tuple[Defaults, tuple[Problem, ...]]:
    """`line` is where `source` begins in the index. What is broken comes back as problems, the rest as defaults."""
    if len(source.encode()) > MAX_BYTES:
        return Defaults(), (Problem(line=line, text=f"front matter of more than {MAX_BYTES} bytes: shorten it"),)
    if source.count("[") + source.count("{") > MAX_BRACKETS:
        return Defaults(), (Problem(line=line, text="too many brackets in the front matter: use plain `key: value`"),)
    try:
        root = yaml.compose(source, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        return Defaults(), (_broken(error, source, line),)
    except RecursionError:
        return Defaults(), (Problem(line=line, text="broken front matter, nested too deep: use plain `key: value`"),)
    except (ValueError, OverflowError) as error:  # of an escape or a number too large for Python
        return Defaults(), (Problem(line=line, text=f"broken front matter, {error}: correct it"),)
    if root is None:
        return Defaults(), ()
    if not isinstance(root, yaml.MappingNode):
        return Defaults(), (Problem(line=line, text="front matter is no `key: value` mapping: write one key a line"),)
    return _mapping(root, line)


def _broken(error: yaml.YAMLError, source: str, line: int) -> Problem:
    if isinstance(error, yaml.MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        line += mark.line if mark is not None else 0
        what = error.problem or error.context or "YAML error"
    else:
        line += source.count("\n", 0, getattr(error, "position", 0))
        what = "a control character"
    return Problem(line=line, text=f"broken front matter, {what}: correct the YAML, quoting values that hold `: `")


def _mapping(root: yaml.MappingNode, line: int) -> tuple[Defaults, tuple[Problem, ...]]:
    values, tags, seen, problems = dict[str, str](), tuple[str, ...](), set[str](), list[Problem]()
    for key_node, node in root.value:
        try:
            key = _scalar(key_node)
            if key in seen:
                raise Refused(f"{fields.show(key)} is stated twice in the front matter: keep one of the two")
            seen.add(key)
            if key == "tags":
                tags = _tags(node)
            elif key not in _KEYS:
                near = difflib.get_close_matches(key, (*_KEYS, "tags"), n=1, cutoff=0.0)[0]
                raise Refused(f"unknown front matter key {fields.show(key)}: did you mean {near!r}?")
            elif node.tag != _NULL:
                values[key] = _KEYS[key](_scalar(node))
        except Refused as refused:
            problems.append(Problem(line=line + key_node.start_mark.line, text=str(refused)))
    return Defaults(tags=tags, **values), tuple(problems)


def _tags(node: yaml.Node) -> tuple[str, ...]:
    if isinstance(node, yaml.SequenceNode):
        return tuple(dict.fromkeys(fold(_scalar(item)) for item in node.value))
    return () if node.tag == _NULL else fields.tags(_scalar(node))


def _scalar(node: yaml.Node) -> str:
    if not isinstance(node, yaml.ScalarNode):
        raise Refused("a list or mapping where the front matter needs text: write one line of text")
    if _SURROGATE.search(node.value):
        raise Refused("half a surrogate pair in the front matter: write the character itself")
    return str(node.value)
