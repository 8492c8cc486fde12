"""The list of a fleet's customers: searched, filtered, sorted, counted."""

from sqlalchemy import Column, Index, Named, Table, Text, TypedColumns, text

from db.tables import metadata, refers


class SearchColumns(TypedColumns):
    subaccount_id: Named[str] = Column(Text, primary_key=True)
    customer_id: Named[str] = Column(Text, primary_key=True)
    words: Named[str] = Column(Text)
    contact: Named[str] = Column(Text)


# Read by a function of the database alone, under rights of its own.
search = Table(
    "customer_search",
    metadata,
    SearchColumns,
    refers("customer_id", "customer"),
    Index(
        "ix_customer_search_grams",
        "subaccount_id",
        text("grams((words || ' '::text) || contact)"),
        postgresql_using="gin",
    ),
)
