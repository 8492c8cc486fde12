import graphql from "@graphql-eslint/eslint-plugin";

const { configs, parser } = graphql;

export default [
  {
    files: ["schema.graphql"],
    languageOptions: { parser, parserOptions: { graphQLConfig: { schema: "schema.graphql" } } },
    plugins: { "@graphql-eslint": graphql },
    rules: {
      ...configs["flat/schema-recommended"].rules,
      ...configs["flat/schema-relay"].rules,

      // Waived: amounts, places, fares and pages are values and have no id. Whatever has one is a Node.
      "@graphql-eslint/strict-id-in-types": "off",

      // Waived for Customer.customerNumber, which operators and riders call by no other name.
      "@graphql-eslint/no-typename-prefix": "off",

      // Narrowed: a list that cannot grow long (cards, zones, plans) has no pages, and `nodes` is the
      // short way past the edges. Of connections and edges the rule still asks everything else.
      "@graphql-eslint/relay-edge-types": ["error", { listTypeCanWrapOnlyEdgeType: false }],
    },
  },
];
