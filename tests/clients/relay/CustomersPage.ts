// The customers page as a Relay application would write it; relay-compiler alone reads this.
import { graphql } from "relay-runtime";

export const page = graphql`
  query CustomersPageQuery($fleet: ID!) {
    subaccount(id: $fleet) {
      customerSummary {
        total
        walletValue {
          formatted
        }
      }
      customerTabs {
        tab
        count
      }
      ...CustomersPage_rows
    }
  }
`;

export const rows = graphql`
  fragment CustomersPage_rows on Subaccount
  @refetchable(queryName: "CustomersPageRowsQuery")
  @argumentDefinitions(
    first: { type: "Int", defaultValue: 20 }
    after: { type: "String" }
    search: { type: "String" }
    tab: { type: "CustomerTab", defaultValue: ALL }
    filter: { type: "CustomerFilter" }
    orderBy: { type: "CustomerOrder" }
  ) {
    customers(
      first: $first
      after: $after
      search: $search
      tab: $tab
      filter: $filter
      orderBy: $orderBy
    ) @connection(key: "CustomersPage_customers", filters: ["search", "tab", "filter", "orderBy"]) {
      totalCount {
        value
        exact
      }
      edges {
        node {
          name
          badges
        }
      }
    }
  }
`;
