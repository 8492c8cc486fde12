"""What others think of schema.graphql; a rule that is waived is waived in their configuration."""

import pytest

from tests.clients.workshop import Workshop


@pytest.mark.parametrize(
    "command",
    [
        ("node_modules/.bin/eslint", "--max-warnings=0", "schema.graphql"),
        ("node_modules/.bin/graphql-schema-linter", "schema.graphql"),
        ("node_modules/.bin/relay-compiler",),
    ],
    ids=lambda command: command[0].rpartition("/")[2],
)
def test_the_schema_passes(workshop: Workshop, command: tuple[str, ...]) -> None:
    workshop.run(*command)
