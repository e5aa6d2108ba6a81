// npm oidc-provider, a certified server, with pages of its own: anybody may sign in under
// any name. `node other_provider.mjs '{"port": …, "clients": […], "resource": …}'`
//
// Writes what happens to standard output, an object a line. Takes lines as well:
// {"lifetime": 62} for how many seconds the next access tokens live.

import { generateKeyPairSync } from 'node:crypto'
import { createInterface } from 'node:readline'
import Provider from 'oidc-provider'

const { port, clients, resource, resource_scope } = JSON.parse(process.argv[2])
const issuer = `http://localhost:${port}`
const say = (what) => process.stdout.write(`${JSON.stringify(what)}\n`)
let lifetime = 300

const KEYS = {
  RS256: ['rsa', { modulusLength: 2048 }],
  PS256: ['rsa', { modulusLength: 2048 }],
  ES256: ['ec', { namedCurve: 'P-256' }],
  EdDSA: ['ed25519', {}],
}
const key = ([alg, [type, options]]) => {
  const { privateKey } = generateKeyPairSync(type, options)
  return { ...privateKey.export({ format: 'jwk' }), alg, kid: alg.toLowerCase(), use: 'sig' }
}

const provider = new Provider(issuer, {
  clients,
  jwks: { keys: Object.entries(KEYS).map(key) },
  enabledJWA: { idTokenSigningAlgValues: Object.keys(KEYS) },
  features: {
    backchannelLogout: { enabled: true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: (ctx, asked) => {
        if (asked !== resource) throw new Error(`no such resource: ${asked}`)
        return { scope: resource_scope, accessTokenFormat: 'jwt', accessTokenTTL: lifetime }
      },
    },
    revocation: { enabled: true },
  },
  claims: { openid: ['sub'], email: ['email'], profile: ['name'] },
  conformIdTokenClaims: true, // claims of scopes belong to UserInfo
  findAccount: (ctx, sub) => ({
    accountId: sub,
    claims: () => ({ sub, name: `${sub} Diaz`, email: `${sub}@example.com` }),
  }),
  // Its own way of fetching sends nothing to this machine, where everybody is.
  fetch: (url, { dispatcher, ...options }) => globalThis.fetch(url, options),
  pkce: { required: () => true },
  rotateRefreshToken: true,
  scopes: ['openid', 'offline_access'],
  cookies: { keys: ['for tests only'] },
})

provider.on('grant.success', ({ oidc }) => {
  const { grant_type, resource: asked } = oidc.params
  say({ event: 'grant', grant_type, client_id: oidc.client.clientId, resource: asked })
})
for (const event of ['grant.error', 'server_error', 'authorization.error', 'backchannel.error']) {
  provider.on(event, (ctx, error) => {
    say({ event, error: `${error}`, detail: error.error_detail ?? `${error.cause}` })
  })
}
provider.on('backchannel.success', (ctx, client) => {
  say({ event: 'backchannel', client_id: client.clientId })
})
provider.on('grant.revoked', () => say({ event: 'revoked' }))

createInterface({ input: process.stdin })
  .on('line', (line) => {
    lifetime = JSON.parse(line).lifetime
    say({ event: 'lifetime', lifetime })
  })
  .on('close', () => process.exit(0))
provider.listen(port, '127.0.0.1', () => say({ event: 'ready' }))
