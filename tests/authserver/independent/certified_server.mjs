// npm oidc-provider, a certified server, set up to do what authserver does. A check that
// it fails is itself wrong. `node certified_server.mjs '{"port": …, "clients": …}'`

import Provider from 'oidc-provider'

const { port, client, device, resource, resource_scope } = JSON.parse(process.argv[2])
const issuer = `http://localhost:${port}`
const withButton = (form, name) =>
  form.replace('</form>', `<button name="${name}" value="yes">Yes</button></form>`)

const provider = new Provider(issuer, {
  clients: [
    {
      ...client,
      redirect_uris: [client.redirect_uri],
      post_logout_redirect_uris: [client.post_logout_redirect_uri],
      grant_types: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_method: 'client_secret_basic',
      require_auth_time: true,
      redirect_uri: undefined,
      post_logout_redirect_uri: undefined,
    },
    {
      ...device,
      application_type: 'native',
      redirect_uris: [],
      response_types: [],
      grant_types: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
      token_endpoint_auth_method: 'none',
    },
  ],
  features: {
    deviceFlow: {
      enabled: true,
      userCodeConfirmSource: (ctx, form) => {
        ctx.body = withButton(withButton(form, 'go'), 'abort')
      },
    },
    introspection: { enabled: true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: () => ({ scope: resource_scope, accessTokenFormat: 'jwt' }),
    },
    revocation: { enabled: true },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource: (ctx, form) => {
        ctx.body = withButton(form, 'logout')
      },
    },
  },
  claims: { openid: ['sub'], email: ['email'], profile: ['name'] },
  conformIdTokenClaims: true, // claims of scopes belong to UserInfo
  findAccount: (ctx, sub) => ({
    accountId: sub,
    claims: () => ({ sub, name: 'Carol M. Diaz', email: 'carol@example.com' }),
  }),
  pkce: { required: () => true },
  rotateRefreshToken: true,
  scopes: ['openid', 'offline_access'],
  cookies: { keys: ['for tests only'] },
})

provider.listen(port, '127.0.0.1', () => process.stdout.write('ready\n'))
