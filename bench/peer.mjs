// npm oidc-provider, a certified server, as a yardstick: ES256, JWT access tokens, its
// in-memory adapter (without a limit, so that nothing prepared is forgotten), one
// process. Prepares codes when a line with a number comes in, and prints them.

import { generateKeyPairSync } from 'node:crypto';
import { createInterface } from 'node:readline';

const library = process.env.OIDC_PROVIDER; // its lib/ folder
const port = Number(process.env.PORT);
const { default: Provider } = await import(`${library}/index.js`);
const { default: MemoryAdapter } = await import(`${library}/adapters/memory_adapter.js`);

const store = new Map();
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const audience = 'https://photos.bench';
const scope = 'openid offline_access profile photos';

const provider = new Provider(`http://127.0.0.1:${port}`, {
  adapter: (model) => new MemoryAdapter(model, store),
  clients: [{
    client_id: 'bench',
    client_secret: process.env.CLIENT_SECRET,
    grant_types: ['authorization_code', 'refresh_token'],
    redirect_uris: ['https://shop.bench/cb'],
    id_token_signed_response_alg: 'ES256',
    token_endpoint_auth_method: 'client_secret_basic',
    scope,
  }],
  clientDefaults: { id_token_signed_response_alg: 'ES256' },
  jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: 'bench', alg: 'ES256', use: 'sig' }] },
  scopes: scope.split(' '),
  cookies: { keys: ['bench'] },
  features: {
    devInteractions: { enabled: false },
    introspection: { enabled: true },
    revocation: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => audience,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({
        scope: 'photos', audience, accessTokenFormat: 'jwt', accessTokenTTL: 300, jwt: { sign: { alg: 'ES256' } },
      }),
    },
  },
  findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub, name: 'Alice' }) }),
  rotateRefreshToken: true,
  issueRefreshToken: () => true,
  ttl: { AuthorizationCode: 3600, AccessToken: 3600, RefreshToken: 86400, Grant: 86400, IdToken: 300, Session: 3600 },
});

const client = await provider.Client.find('bench');

async function grant() {
  const given = new provider.Grant({ clientId: 'bench', accountId: 'alice' });
  given.addOIDCScope('openid offline_access profile');
  given.addResourceScope(audience, 'photos');
  return given.save();
}

const signedIn = {
  accountId: 'alice', claims: {}, scope, authTime: Math.floor(Date.now() / 1000), expiresWithSession: false,
};

async function code() {
  return new provider.AuthorizationCode({
    ...signedIn,
    client,
    grantId: await grant(),
    codeChallenge: process.env.CODE_CHALLENGE,
    codeChallengeMethod: 'S256',
    nonce: 'n'.repeat(22),
    redirectUri: 'https://shop.bench/cb',
    resource: audience,
    gty: 'authorization_code',
  }).save();
}

async function refreshToken() {
  return new provider.RefreshToken({
    ...signedIn,
    client,
    grantId: await grant(),
    iiat: Math.floor(Date.now() / 1000),
    rotations: 0,
    resource: audience,
    gty: 'authorization_code',
  }).save();
}

async function accessToken() { // opaque: its UserInfo and introspection take no others
  return new provider.AccessToken({
    ...signedIn, client, grantId: await grant(), scope: 'openid profile', gty: 'authorization_code',
  }).save();
}

async function many(make, count) {
  const made = [];
  for (let i = 0; i < count; i += 1) made.push(await make());
  return made;
}

provider.listen(port, '127.0.0.1', async () => {
  createInterface({ input: process.stdin }).on('line', async (line) => {
    const count = Number(line);
    process.stdout.write(`${JSON.stringify({
      codes: await many(code, count),
      refresh_tokens: await many(refreshToken, count),
      access_tokens: await many(accessToken, count),
    })}\n`);
  }).on('close', () => process.exit(0));
});
