"""What a client is told when something fails (GEN-3)."""

from graphql import GraphQLError

from domain.fault import Fault

MASKED = "Something went wrong on our side. Ask again, with the same idempotency key."
INTERNAL = "INTERNAL"


def is_bug(error: GraphQLError) -> bool:
    """Whether nobody foresaw an error: it has no code of its own, and no fault behind it."""
    return not isinstance(error.original_error, Fault) and "code" not in (error.extensions or {})


def public(error: GraphQLError, request_id: str) -> GraphQLError:
    """An error with its code and the request's id, and nothing of our insides."""
    cause = error.original_error
    if isinstance(cause, Fault):
        message, code = str(cause), cause.code
    elif is_bug(error):
        message, code = MASKED, INTERNAL
    else:
        message, code = error.message, str((error.extensions or {})["code"])
    extensions = {"code": code, "requestId": request_id}
    return GraphQLError(
        message,
        nodes=error.nodes,
        source=error.source,
        positions=error.positions,
        path=error.path,
        extensions=extensions,
    )
