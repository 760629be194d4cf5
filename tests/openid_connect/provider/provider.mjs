// A certified provider of OpenID Connect, with its checks on, for tests: prints its address once it
// listens. Its people and clients come as JSON in the environment, as no test has a page to add them.
import { createServer } from "node:http";
import { createServer as createSecureServer } from "node:https";

import { Provider } from "oidc-provider";

const { clients, people, port = 0, tls } = JSON.parse(process.env.PROVIDER_SETTINGS);
const server = tls ? createSecureServer(tls) : createServer();
await new Promise((done) => server.listen(port, "127.0.0.1", done));
const issuer = `${tls ? "https://localhost" : "http://127.0.0.1"}:${server.address().port}`;

const provider = new Provider(issuer, {
  clients,
  claims: {
    openid: ["sub"],
    profile: ["name", "locale"],
    email: ["email", "email_verified"],
    groups: ["groups"],
  },
  scopes: ["openid", "profile", "email", "groups"],
  pkce: { required: () => true },
  cookies: { keys: ["only for tests"] },
  features: {
    backchannelLogout: { enabled: true },
    rpInitiatedLogout: { enabled: true },
    devInteractions: { enabled: true },
  },
  // Without the dispatcher, which refuses to call an address of this machine, as the site has here.
  fetch: (url, { dispatcher: _strict, ...options }) => fetch(url, options),
  findAccount: (_context, id) =>
    people[id] && { accountId: id, claims: () => ({ sub: id, ...people[id] }) },
});
// People change while tests run: PUT /people with all of them.
const answer = provider.callback();
server.on("request", (request, response) => {
  if (request.method !== "PUT" || request.url !== "/people") return answer(request, response);
  let body = "";
  request.on("data", (part) => (body += part));
  request.on("end", () => {
    for (const id of Object.keys(people)) delete people[id];
    Object.assign(people, JSON.parse(body));
    response.end();
  });
});
console.log(issuer);
