// What the scripts with the `openai` package share: a client for OPENAI_BASE_URL and OPENAI_API_KEY, from which it
// makes its connection, and every server event printed as a line of JSON.

import net from "node:net";

/**
 * Options that let the package talk to a server without TLS, such as one on this machine: it insists on a `wss:` URL,
 * but leaves the socket below to its user.
 */
export const plain = { createConnection: ({ host, port }) => net.connect({ host, port }) };

/** Print what a connection receives; end with code 1 and the reason where something goes wrong. */
export function print(connection) {
  connection.on("event", (event) => console.log(JSON.stringify(event)));
  connection.on("error", (error) => {
    console.error(error.message);
    process.exitCode = 1;
    connection.close();
  });
}

/** Resolve to the next event of a type. */
export function next(connection, type) {
  return new Promise((resolve) => connection.once(type, resolve));
}
