"""What the API looks like: shapes, descriptions and the directives that are enforced."""
