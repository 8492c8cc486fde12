// Asks for the customer page as a dashboard would: typed by what was generated, over a real socket.
import { ApolloClient, HttpLink, InMemoryCache } from "@apollo/client";
import { Client, cacheExchange, fetchExchange } from "@urql/core";

import { CustomerPageDocument, type CustomerPageQuery } from "./typed/graphql.js";

const possibleTypes = { Actor: ["Operator", "Customer", "PartnerKey", "SystemActor"] };

declare const process: { argv: string[] };

type Ask = (url: string, headers: Record<string, string>, id: string) => Promise<CustomerPageQuery>;

const apollo: Ask = async (uri, headers, id) => {
  const client = new ApolloClient({
    link: new HttpLink({ uri, headers }),
    cache: new InMemoryCache({ possibleTypes }),
  });
  const { data } = await client.query({ query: CustomerPageDocument, variables: { id } });
  if (data === undefined) throw new Error("no data");
  return data;
};

const urql: Ask = async (url, headers, id) => {
  const client = new Client({
    url,
    exchanges: [cacheExchange, fetchExchange],
    fetchOptions: { headers },
    preferGetMethod: false,
  });
  const { data, error } = await client.query(CustomerPageDocument, { id });
  if (data === undefined) throw error ?? new Error("no data");
  return data;
};

const [, , url, token, id] = process.argv;
if (url === undefined || token === undefined || id === undefined) throw new Error("url token id");
const headers = { authorization: `Bearer ${token}` };
const pages = { apollo: await apollo(url, headers, id), urql: await urql(url, headers, id) };
console.log(JSON.stringify(pages));
