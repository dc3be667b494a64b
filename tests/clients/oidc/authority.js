// A real authority on this machine. Arguments: its port and the one address that it sends browsers back to. Every login name gets in,
// with any password: NAME:ROLE,ROLE:SPACE,SPACE:AREA,AREA says what the ID token claims.
// Debian 12's Node lacks what the library takes from a newer one.
URL.parse ??= (url, base) => (URL.canParse(url, base) ? new URL(url, base) : null);
const { default: Provider } = await import("oidc-provider");

const [port, redirect] = process.argv.slice(2);
const list = text => (text ? text.split(",") : undefined);
const authority = new Provider(`http://localhost:${port}`, {
  clients: [{
    client_id: "safespace",
    client_secret: "a secret of the tests",
    token_endpoint_auth_method: "client_secret_post",
    redirect_uris: [redirect],
  }],
  claims: { openid: ["sub", "roles", "spaces", "areas"] },
  conformIdTokenClaims: false,
  pkce: { required: () => true },
  cookies: { keys: ["only for tests"] },
  findAccount: (_, id) => {
    const [, roles, spaces, areas] = id.split(":");
    return { accountId: id, claims: () => ({ sub: id, roles: list(roles), spaces: list(spaces), areas: list(areas) }) };
  },
});
authority.listen(Number(port), "localhost", () => console.log("ready"));
