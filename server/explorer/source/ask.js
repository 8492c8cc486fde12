/** The API of the server that serves this page, which is at /graphiql/ below the same root. */
const API = new URL("../graphql", document.baseURI);

/**
 * Asks the API, as the token says. A failure on the way is an answer too, in the shape of GraphQL;
 * then `status` is the HTTP status, or 0 where nobody answered.
 */
export async function ask(request, token, headers = {}) {
  let answer;
  try {
    answer = await fetch(API, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: "application/graphql-response+json, application/json;q=0.9",
        ...(token && { authorization: `Bearer ${token}` }),
        ...headers,
      },
      body: JSON.stringify(request),
    });
  } catch {
    return failed(0, `Nobody answers at ${API}: is the server running?`);
  }
  const text = await answer.text();
  try {
    return { status: answer.status, body: JSON.parse(text) };
  } catch {
    const start = text.slice(0, 200);
    return failed(answer.status, `The answer (HTTP ${answer.status}) is no JSON: ${start}`);
  }
}

const failed = (status, message) => ({ status, body: { data: null, errors: [{ message }] } });

/** Why there is no schema, and what to do about it; null where there is one. */
export function whyNoSchema({ status, body }, token) {
  if (body.data?.__schema) return null;
  if (status === 401 && token) {
    return "The server does not accept this token: it may be expired, or made for another server.";
  }
  if (status === 401) {
    return "Put a token into the field at the top right: only known callers see the schema.";
  }
  const reason = body.errors?.[0]?.message ?? `HTTP ${status}`;
  return `No schema, so no completion and no explorer (queries may still run): ${reason}`;
}
