import strawberry
from strawberry import ID

from schema.field import AS_PARENT, plain


@strawberry.interface(
    description="An object with a globally unique, prefixed id (TypeID), such as cust_01jd8z…"
)
class Node:
    id: ID = plain("Unique over all fleets and kinds; its prefix tells the kind.", AS_PARENT)
