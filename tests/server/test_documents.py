"""Documents and their limits: what is refused, how soon, and what is kept."""

import time

import pytest
from graphql import build_schema, get_introspection_query, parse

from server import documents
from server.documents import Document, Documents, Rejected, introspects_only

SCHEMA = build_schema("""
  type Query { n: Query, ns(of: [Int!]): [Query], i: Int }
  type Mutation { m: Int }
""")


@pytest.fixture
def library() -> Documents:
    return Documents(SCHEMA, introspection=True)


def nested(levels: int, within: str = "n") -> str:
    return f"{within} {{ " * (levels - 1) + "i" + " }" * (levels - 1)


def messages(document: Document) -> list[str]:
    return [error.message for error in document.errors]


CIRCLE = "query { ...A } fragment A on Query { n { ...B } } fragment B on Query { n { ...A } }"
TYPES = "{ __schema { types { fields { " + nested(17, "type") + " } } } }"


@pytest.mark.parametrize(
    "text",
    [
        "{ " + nested(12) + " }",
        "{ n { ...Deep } } fragment Deep on Query { " + nested(11) + " }",
        "{ " + " ".join(f"a{i}: i" for i in range(20)) + " }",
        "{ n { " + " ".join(f"a{i}: i" for i in range(30)) + " } }",
        "{ " + "i " * 100 + " }",
        "{ " + "i @skip(if: false) " * 50 + " }",
        "mutation { " + " ".join(f"a{i}: m" for i in range(5)) + " }",
        "{ ns(of: [" + "1 " * 1988 + "]) { i } }",
        "#\n" * 200 + "{ i }",
        get_introspection_query(input_value_deprecation=True, type_depth=9),
    ],
)
def test_what_people_write_is_within_the_limits(library: Documents, text: str) -> None:
    assert messages(library.read(text)) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{ " + nested(13) + " }", "The fields are nested deeper than 12 levels."),
        (
            "{ ...Deep } fragment Deep on Query { n { ...Deeper } }"
            " fragment Deeper on Query { ... { " + nested(12) + " } }",
            "The fields are nested deeper than 12 levels.",
        ),
        (CIRCLE, "The fields are nested deeper than 12 levels."),
        (
            "{ __schema { " + nested(20, "types") + " } }",
            "The fields are nested deeper than 20 levels.",
        ),
        (
            "{ n { " + " ".join(f"a{i}: i" for i in range(31)) + " } }",
            "The document has 31 aliases, of 30 allowed.",
        ),
        (
            "{ " + "i @skip(if: false) " * 51 + " }",
            "The document has 51 directives, of 50 allowed.",
        ),
        (
            "{ "
            + " ".join(f"a{i}: i" for i in range(20))
            + " ...More } fragment More on Query { i }",
            "The query has 21 fields at its root, of 20 allowed.",
        ),
        (
            "mutation { " + " ".join(f"a{i}: m" for i in range(6)) + " }",
            "The mutation has 6 fields at its root, of 5 allowed.",
        ),
    ],
)
def test_a_document_past_a_limit_is_not_validated_but_refused(
    library: Documents, text: str, message: str
) -> None:
    assert messages(library.read(text)) == [message]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{ ns(of: [" + "1 " * 1989 + "]) { i } }", "Document contains more than 2000 tokens."),
        ("#\n" * 201 + "{ i }", "Document contains more than 200 comments."),
        ("{ i }" + " " * 64_000, "Source contains more than 64000 code points."),
        ("{ n " * 250 + "{ i }" + "}" * 250, "Document is nested too deeply."),
    ],
)
def test_a_document_that_is_too_long_is_not_parsed(
    library: Documents, text: str, message: str
) -> None:
    with pytest.raises(Rejected) as rejected:
        library.read(text)

    (error,) = rejected.value.errors
    assert error.message == f"Syntax Error: {message} Parsing aborted."
    assert error.extensions == {"code": "GRAPHQL_PARSE_FAILED"}


def fragments(count: int, spread: str) -> str:
    """Fragments that each spread the next one, as told."""
    each = [f"fragment F{i} on Query {{ {spread.format(i + 1)} }}" for i in range(count)]
    return " ".join(["{ ...F0 }", *each, f"fragment F{count} on Query {{ i }}"])


@pytest.mark.parametrize(
    "text",
    [
        "{ " + "n { " + "i " * 1900 + "} }",
        "{ " + "n { i } " * 480 + " }",
        "{ " + "ns(of: [1]) { i } ns(of: [2]) { i } " * 85 + "}",
        fragments(180, "...F{0} ...F{0}"),
        fragments(110, "n {{ ...F{0} }} n {{ ...F{0} }}"),
        "{ " + "... on Query { ... on Query { n { i n { i n { i } } } } } " * 70 + "}",
        "{ " + "...F " * 900 + "} fragment F on Query { i }",
        "query (" + " ".join(f"$v{i}: Int" for i in range(480)) + ") { i }",
        "{ " + "nope " * 1900 + "}",
    ],
)
def test_no_document_keeps_the_server_busy(library: Documents, text: str) -> None:
    began = time.process_time()

    try:
        library.read(text)
    except Rejected as rejected:
        pytest.fail(str(rejected.errors))

    assert time.process_time() - began < 2


def test_fields_that_overlap_too_often_are_given_up(library: Documents) -> None:
    text = "{ " + "n { i n { i n { i } } } " * 120 + "}"

    document = library.read(text)

    assert messages(document) == [
        "The document is too complex, or too wrong, to be checked further."
    ]


def test_of_many_mistakes_some_are_enough(library: Documents) -> None:
    document = library.read("{ " + "nope " * 100 + "}")

    assert len(document.errors) == 21


def test_a_valid_document_is_read_once(library: Documents) -> None:
    first = library.read("{ i }")

    assert library.read("{ i }") is first
    assert library.read("{ i } ") is not first


def test_an_invalid_document_is_not_kept(library: Documents) -> None:
    first = library.read("{ j }")

    assert library.read("{ j }") is not first
    assert messages(first) == ["Cannot query field 'j' on type 'Query'. Did you mean 'i' or 'n'?"]


def test_the_documents_that_were_asked_last_are_kept(
    library: Documents, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [f"{{ a{i}: i }}" for i in range(4)]
    weight = len(texts[0]) + documents.TOKEN_BYTES * 5
    monkeypatch.setattr(documents, "KEPT_BYTES_MAX", 3 * weight)
    first, second, third = (library.read(text) for text in texts[:3])

    library.read(texts[0])
    library.read(texts[3])

    assert library.read(texts[0]) is first
    assert library.read(texts[2]) is third
    assert library.read(texts[1]) is not second


@pytest.mark.parametrize(
    ("text", "only"),
    [
        ("{ __schema { __typename } }", True),
        ("{ i: __typename }", True),
        ("query A { __typename } query B { ...F } fragment F on Query { __typename }", True),
        ("{ __typename i }", False),
        ("{ __schema: i }", False),
        ("{ ...Missing }", False),
        ("{ ...F } fragment F on Query { ...F }", False),
        ("{ ...F } fragment F on Query { ... { i } __typename }", False),
        ("query A { __typename } mutation B { m }", False),
    ],
)
def test_a_document_that_only_introspects_is_told_from_others(text: str, *, only: bool) -> None:
    assert introspects_only(parse(text)) is only
