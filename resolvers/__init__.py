"""How GraphQL asks: decode the arguments, load or perform, give back domain values."""

from resolvers import enums as enums
