"""From the text of a file to the records that it asks for, or to all that is wrong with it."""

import re
from datetime import datetime
from typing import Any

import yaml
from pydantic import ValidationError
from yaml.constructor import ConstructorError

from db.load import Wanted
from server.complaint import complaints
from server.failure import Failure
from server.load.checks import problems
from server.load.entries import Contents
from server.load.records import wanted

SHOWN_MAX = 20

PLAIN = {None: [("tag:yaml.org,2002:null", re.compile(r"(?:~|null)?$"))]}
"""What a plain scalar is, other than text."""


class Loader(yaml.SafeLoader):
    """YAML whose plain scalars are text, but for null; a member that stands twice is an error."""

    yaml_implicit_resolvers = PLAIN

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002  (as the base class has it)
        names = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        for place, name in enumerate(names):
            if name in names[:place]:
                message = f"{name!r} stands twice"
                raise ConstructorError(None, None, message, node.value[place][0].start_mark)
        return super().construct_mapping(node, deep)


def read(text: str, now: datetime) -> Wanted:
    """The records of a whole and correct file; `Failure` has a line for each mistake."""
    try:
        contents = Contents.model_validate(_parsed(text))
    except ValidationError as error:
        found = [f"{place or 'the file'}: {reason}" for place, reason in complaints(error)]
        raise Failure(_shown(found)) from error
    found = [*problems(contents)]
    if found:
        raise Failure(_shown(found))
    return wanted(contents, now)


def _parsed(text: str) -> Any:
    try:
        return yaml.load(text, Loader) or {}  # noqa: S506  (it is a SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        message = f"{line}{error.problem}"
        raise Failure(message) from error
    except RecursionError as error:
        message = "the file is nested too deeply"
        raise Failure(message) from error
    except (yaml.YAMLError, ValueError) as error:
        message = f"the file is no YAML: {str(error).splitlines()[0]}"
        raise Failure(message) from error


def _shown(lines: list[str]) -> str:
    more = len(lines) - SHOWN_MAX
    shown = lines[:SHOWN_MAX]
    return "\n".join(shown if more <= 0 else [*shown, f"… and {more} more"])
