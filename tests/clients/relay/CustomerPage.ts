// The customer page as a Relay application would write it; relay-compiler alone reads this.
import { graphql } from "relay-runtime";

export const page = graphql`
  query CustomerPageQuery($id: ID!) {
    customer(id: $id) {
      name
      ...CustomerPage_rides
      ...CustomerPage_activity
    }
  }
`;

export const rides = graphql`
  fragment CustomerPage_rides on Customer
  @refetchable(queryName: "CustomerPageRidesQuery")
  @argumentDefinitions(first: { type: "Int", defaultValue: 10 }, after: { type: "String" }) {
    rides(first: $first, after: $after) @connection(key: "CustomerPage_rides") {
      edges {
        node {
          startedAt
          charged {
            formatted
          }
          startedBy {
            __typename
            ... on Operator {
              name
            }
          }
        }
      }
    }
  }
`;

export const activity = graphql`
  fragment CustomerPage_activity on Customer
  @refetchable(queryName: "CustomerPageActivityQuery")
  @argumentDefinitions(
    first: { type: "Int" }
    after: { type: "String" }
    last: { type: "Int" }
    before: { type: "String" }
    filter: { type: "WalletActivityFilter" }
  ) {
    wallet {
      activity(first: $first, after: $after, last: $last, before: $before, filter: $filter)
        @connection(key: "CustomerPage_activity") {
        edges {
          node {
            kind
            amount {
              formatted
            }
          }
        }
      }
    }
  }
`;

export const credit = graphql`
  mutation CustomerPageCreditMutation($input: AddWalletCreditInput!) {
    addWalletCredit(input: $input) {
      customer {
        wallet {
          balance {
            formatted
          }
        }
      }
      transactions {
        id
      }
      userErrors {
        code
        message
      }
    }
  }
`;
