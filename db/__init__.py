"""What is kept: tables, queries that take and give domain values, migrations."""
