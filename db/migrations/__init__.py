"""The history of the schema, forward only (OPS-4)."""
