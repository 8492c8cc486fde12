"""GraphQL documents: parsed, measured, validated, and kept for the next time."""

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    Visitor,
    parse,
    specified_rules,
    validate,
    visit,
)
from graphql.validation import NoSchemaIntrospectionCustomRule
from graphql.validation.rules import overlapping_fields_can_be_merged as overlapping
from graphql.validation.validate import ValidationAbortedError
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

CHARACTERS_MAX = 64_000
TOKENS_MAX = 2_000
COMMENTS_MAX = 200
DEPTH_MAX = 12
INTROSPECTION_DEPTH_MAX = 20
ALIASES_MAX = 30
DIRECTIVES_MAX = 50
ROOT_FIELDS_MAX = {
    OperationType.QUERY: 20,
    OperationType.MUTATION: 5,
    OperationType.SUBSCRIPTION: 1,
}
ERRORS_MAX = 20
KEPT_BYTES_MAX = 64_000_000
TOKEN_BYTES = 640
"""What a token of a parsed document weighs; measured, with room."""

INTROSPECTION = frozenset({"__schema", "__type"})
RULES = (*specified_rules, MaybeNullValidationRule, OneOfInputValidationRule)

# The rule reads it each time that it runs. A comparison of two fields costs two: 5,000 of them.
overlapping.MAX_COMPLEXITY_BUDGET = 10_000


PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"


class Rejected(Exception):
    """A document, or an operation of it, that is never executed; each error has its code."""

    def __init__(self, code: str, *errors: GraphQLError) -> None:
        super().__init__(code)
        self.errors = errors
        for error in errors:
            error.extensions = {"code": code}


@dataclass(frozen=True, slots=True)
class Document:
    """A document that was parsed, and what is wrong with it."""

    ast: DocumentNode
    errors: tuple[GraphQLError, ...]
    introspects_only: bool


class Documents:
    """The documents that one schema was asked; valid ones are kept while there is room."""

    def __init__(self, schema: GraphQLSchema, *, introspection: bool) -> None:
        self._schema = schema
        self._hides = not introspection
        self._rules = (*RULES, NoSchemaIntrospectionCustomRule) if self._hides else RULES
        self._kept: OrderedDict[str, Document] = OrderedDict()
        self._bytes = 0

    def read(self, text: str) -> Document:
        """The document that a text is; Rejected if it is none."""
        document = self._kept.get(text)
        if document is None:
            document = self._made(text)
            if not document.errors:
                self._keep(text, document)
        else:
            self._kept.move_to_end(text)
        return document

    def _made(self, text: str) -> Document:
        try:
            ast = parse(
                text,
                max_lexical_tokens=TOKENS_MAX,
                max_comments=COMMENTS_MAX,
                max_source_length=CHARACTERS_MAX,
            )
        except GraphQLError as error:
            raise Rejected(PARSE_FAILED, error) from error
        # What validation costs grows faster than the document, so the limits come first.
        errors = [*excesses(ast)] or self._invalid(ast)
        return Document(ast, tuple(errors), introspects_only(ast))

    def _invalid(self, ast: DocumentNode) -> Iterable[GraphQLError]:
        errors = validate(self._schema, ast, self._rules, ERRORS_MAX, hide_suggestions=self._hides)
        for error in errors:
            if isinstance(error, ValidationAbortedError):
                error.message = "The document is too complex, or too wrong, to be checked further."
        return errors

    def _keep(self, text: str, document: Document) -> None:
        self._kept[text] = document
        self._bytes += _weight(text, document)
        while self._bytes > KEPT_BYTES_MAX:
            self._bytes -= _weight(*self._kept.popitem(last=False))


def _weight(text: str, document: Document) -> int:
    return len(text) + TOKEN_BYTES * (document.ast.token_count or 0)


def introspects_only(ast: DocumentNode) -> bool:
    """Whether a document asks for nothing but what the schema says of itself."""
    fragments = _fragments(ast)
    roots = [root for operation in _operations(ast) for root in _roots(operation, fragments)]
    known = INTROSPECTION | {"__typename"}
    return bool(roots) and all(root.name.value in known for root in roots)


def excesses(ast: DocumentNode) -> Iterator[GraphQLError]:
    """What a document has too much of. It need not be valid: fragments may miss, or go in circles.

    Aliases and directives are counted as they are written; depth and root fields as they are
    executed, with fragments in their places.
    """
    counted = _Counted()
    visit(ast, counted)
    if counted.aliases > ALIASES_MAX:
        yield GraphQLError(f"The document has {counted.aliases} aliases, of {ALIASES_MAX} allowed.")
    if counted.directives > DIRECTIVES_MAX:
        yield GraphQLError(
            f"The document has {counted.directives} directives, of {DIRECTIVES_MAX} allowed."
        )
    fragments = _fragments(ast)
    for operation in _operations(ast):
        roots = _roots(operation, fragments)
        names = {(root.alias or root.name).value for root in roots}
        allowed = ROOT_FIELDS_MAX[operation.operation]
        if len(names) > allowed:
            yield GraphQLError(
                f"The {operation.operation.value} has {len(names)} fields at its root,"
                f" of {allowed} allowed.",
                operation,
            )
        for introspection, limit in ((False, DEPTH_MAX), (True, INTROSPECTION_DEPTH_MAX)):
            chosen = [root for root in roots if (root.name.value in INTROSPECTION) is introspection]
            if _deeper(chosen, fragments, limit):
                yield GraphQLError(f"The fields are nested deeper than {limit} levels.", operation)


class _Counted(Visitor):
    """How often a document says what is cheap to write and dear to answer."""

    def __init__(self) -> None:
        super().__init__()
        self.aliases = self.directives = 0

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        self.aliases += node.alias is not None

    def enter_directive(self, *_: Any) -> None:
        self.directives += 1


Fragments = Mapping[str, FragmentDefinitionNode]


def _fragments(ast: DocumentNode) -> Fragments:
    return {
        node.name.value: node
        for node in ast.definitions
        if isinstance(node, FragmentDefinitionNode)
    }


def _operations(ast: DocumentNode) -> list[OperationDefinitionNode]:
    return [node for node in ast.definitions if isinstance(node, OperationDefinitionNode)]


def _roots(operation: OperationDefinitionNode, fragments: Fragments) -> list[FieldNode]:
    return _fields([operation.selection_set], fragments)


def _deeper(fields: list[FieldNode], fragments: Fragments, limit: int) -> bool:
    """Whether fields go on below this many levels, their own included."""
    for _ in range(limit):
        fields = _fields(
            [field.selection_set for field in fields if field.selection_set], fragments
        )
    return bool(fields)


def _fields(level: list[SelectionSetNode], fragments: Fragments) -> list[FieldNode]:
    """The fields of some selection sets, each once: those of their fragments are among them."""
    found: list[FieldNode] = []
    waiting, spread = list(level), set[str]()
    while waiting:
        for selection in waiting.pop().selections:
            if isinstance(selection, FieldNode):
                found.append(selection)
            elif isinstance(selection, InlineFragmentNode):
                waiting.append(selection.selection_set)
            elif isinstance(selection, FragmentSpreadNode):
                name = selection.name.value
                if name in fragments and name not in spread:
                    spread.add(name)
                    waiting.append(fragments[name].selection_set)
    return found
