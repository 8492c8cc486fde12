/** Reads the ready documents from the page's own server: one GraphiQL tab each, in their order. */
export async function readyTabs(id) {
  const list = await (await read("index.json", "The list of ready documents")).json();
  return Promise.all(
    list.map(async ({ name, file, variables }) => ({
      query: await (await read(file, `The document “${name}”`)).text(),
      variables: JSON.stringify({ ...variables, ...("id" in variables && { id }) }, null, 2),
    })),
  );
}

async function read(file, what) {
  const answer = await fetch(new URL(`documents/${file}`, document.baseURI));
  if (!answer.ok) throw new Error(`${what} could not be read (HTTP ${answer.status}).`);
  return answer;
}
