// What a relying party does, with npm oauth4webapi: each check is one flow, in full.
// A library does not notice everything, so each check asserts by itself.

import assert from 'node:assert/strict'
import * as oauth from 'oauth4webapi'

const insecure = { [oauth.allowInsecureRequests]: true } // the tests' servers speak http

async function discovered({ issuer }) {
  const url = new URL(issuer)
  const response = await oauth.discoveryRequest(url, insecure)
  return oauth.processDiscoveryResponse(url, response)
}

/** The authorization request, and everything that must be remembered to check its answer. */
async function departure(as, { client, ...changes }) {
  const code_verifier = oauth.generateRandomCodeVerifier()
  const [state, nonce] = [oauth.generateRandomState(), oauth.generateRandomNonce()]
  const url = new URL(as.authorization_endpoint)
  const parameters = {
    client_id: client.client_id,
    redirect_uri: client.redirect_uri,
    response_type: 'code',
    scope: 'openid',
    state,
    nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(code_verifier),
    code_challenge_method: 'S256',
    ...changes,
  }
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  return { url, state, nonce, code_verifier }
}

const authentication = (client) => oauth.ClientSecretBasic(client.client_secret)

/** A code against tokens; state, iss, nonce and the ID token's signature are checked. */
async function redeem(as, client, left, { url, form }, extra = {}) {
  const parameters = oauth.validateAuthResponse(as, client, form ?? url, left.state)
  const response = await oauth.authorizationCodeGrantRequest(
    as, client, authentication(client), parameters, client.redirect_uri,
    extra.code_verifier ?? left.code_verifier, { ...insecure, ...extra },
  )
  const tokens = await oauth.processAuthorizationCodeResponse(as, client, response, {
    expectedNonce: left.nonce,
    requireIdToken: true,
    maxAge: extra.maxAge,
  })
  await oauth.validateApplicationLevelSignature(as, response, insecure)
  return { ...tokens, claims: oauth.getValidatedIdTokenClaims(tokens) }
}

async function signedIn(as, asked, visit, changes = {}) {
  const { client } = asked
  const left = await departure(as, { client, ...changes })
  return redeem(as, client, left, await visit(left.url))
}

const offline = { scope: 'openid offline_access', prompt: 'consent' }

async function userinfo(as, client, { access_token, claims }) {
  const response = await oauth.userInfoRequest(as, client, access_token, insecure)
  return oauth.processUserInfoResponse(as, client, claims.sub, response)
}

async function refreshed(as, client, refresh_token) {
  const response = await oauth.refreshTokenGrantRequest(
    as, client, authentication(client), refresh_token, insecure,
  )
  const tokens = await oauth.processRefreshTokenResponse(as, client, response)
  if (tokens.id_token) await oauth.validateApplicationLevelSignature(as, response, insecure)
  return { ...tokens, claims: oauth.getValidatedIdTokenClaims(tokens) }
}

async function introspected(as, client, token) {
  const response = await oauth.introspectionRequest(
    as, client, authentication(client), token, insecure,
  )
  return oauth.processIntrospectionResponse(as, client, response)
}

async function revoke(as, client, token) {
  const response = await oauth.revocationRequest(
    as, client, authentication(client), token, insecure,
  )
  await oauth.processRevocationResponse(response)
}

async function deviceCode(as, client, scope) {
  const response = await oauth.deviceAuthorizationRequest(
    as, client, oauth.None(), { scope }, insecure,
  )
  return oauth.processDeviceAuthorizationResponse(as, client, response)
}

async function poll(as, client, device_code) {
  const response = await oauth.deviceCodeGrantRequest(
    as, client, oauth.None(), device_code, insecure,
  )
  return oauth.processDeviceCodeResponse(as, client, response)
}

const refusedAs = (...names) => (error) => names.includes(error.error) || assert.fail(error)
const unauthorized = (error) => error.status === 401 || assert.fail(error)

export const checks = {
  async discovery(asked) {
    const as = await discovered(asked)
    assert.equal(as.issuer, asked.issuer)
    assert.ok(as.code_challenge_methods_supported.includes('S256'))
    assert.ok(as.response_modes_supported.includes('form_post'))
    assert.equal(as.authorization_response_iss_parameter_supported, true)
    for (const name of ['device_authorization', 'revocation', 'introspection', 'end_session'])
      assert.ok(as[`${name}_endpoint`].startsWith(asked.issuer), name)
  },

  async code(asked, visit) {
    const as = await discovered(asked)
    const left = await departure(as, { client: asked.client })
    const back = await visit(left.url)
    const { claims, access_token } = await redeem(as, asked.client, left, back)
    assert.equal(claims.aud, asked.client.client_id)
    assert.ok(access_token)
    await assert.rejects(redeem(as, asked.client, left, back), refusedAs('invalid_grant'))
  },

  async stolen_code(asked, visit) {
    const as = await discovered(asked)
    const left = await departure(as, { client: asked.client })
    const back = await visit(left.url)
    const code_verifier = oauth.generateRandomCodeVerifier()
    await assert.rejects(
      redeem(as, asked.client, left, back, { code_verifier }), refusedAs('invalid_grant'),
    )
  },

  async userinfo(asked, visit) {
    const as = await discovered(asked)
    const tokens = await signedIn(as, asked, visit, { scope: 'openid email' })
    const told = await userinfo(as, asked.client, tokens)
    assert.equal(told.sub, tokens.claims.sub)
    assert.match(told.email, /@/)
    assert.equal(tokens.claims.email, undefined)
  },

  async refresh(asked, visit) {
    const as = await discovered(asked)
    const first = await signedIn(as, asked, visit, offline)
    const second = await refreshed(as, asked.client, first.refresh_token)
    assert.notEqual(second.refresh_token, first.refresh_token)
    assert.notEqual(second.access_token, first.access_token)
    for (const name of ['iss', 'sub', 'aud', 'auth_time'])
      assert.deepEqual(second.claims[name], first.claims[name], name)
    await userinfo(as, asked.client, second)
    const third = await refreshed(as, asked.client, second.refresh_token)
    assert.notEqual(third.refresh_token, second.refresh_token)
  },

  async revocation(asked, visit) {
    const as = await discovered(asked)
    const tokens = await signedIn(as, asked, visit, offline)
    await userinfo(as, asked.client, tokens)
    await revoke(as, asked.client, tokens.refresh_token)
    await assert.rejects(
      refreshed(as, asked.client, tokens.refresh_token), refusedAs('invalid_grant'),
    )
    await assert.rejects(userinfo(as, asked.client, tokens), unauthorized)
    await revoke(as, asked.client, 'nobody-ever-gave-this-one-to-anybody')
  },

  async introspection(asked, visit) {
    const as = await discovered(asked)
    const tokens = await signedIn(as, asked, visit, offline)
    const live = await introspected(as, asked.client, tokens.access_token)
    assert.equal(live.active, true)
    assert.equal(live.client_id, asked.client.client_id)
    assert.equal(live.sub, tokens.claims.sub)
    assert.ok(live.exp > Date.now() / 1000)
    await revoke(as, asked.client, tokens.access_token)
    const dead = await introspected(as, asked.client, tokens.access_token)
    assert.deepEqual({ ...dead }, { active: false })
  },

  async device(asked, visit) {
    const as = await discovered(asked)
    const given = await deviceCode(as, asked.device, 'openid')
    assert.ok(given.expires_in > 0)
    assert.ok(given.user_code.length >= 8)
    await visit(given.verification_uri_complete)
    const tokens = await poll(as, asked.device, given.device_code)
    const claims = oauth.getValidatedIdTokenClaims(tokens)
    await userinfo(as, asked.device, { ...tokens, claims })
    await assert.rejects(poll(as, asked.device, given.device_code), refusedAs('invalid_grant'))
  },

  async device_waiting(asked) {
    const as = await discovered(asked)
    const { device_code } = await deviceCode(as, asked.device, 'openid')
    await assert.rejects(
      poll(as, asked.device, device_code), refusedAs('authorization_pending'),
    )
    await assert.rejects(
      poll(as, asked.device, 'nobody-ever-gave-this-one-to-anybody'),
      refusedAs('invalid_grant', 'expired_token'),
    )
  },

  async device_denied(asked, visit) {
    const as = await discovered(asked)
    const given = await deviceCode(as, asked.device, 'openid')
    await visit(given.verification_uri_complete, { allow: false })
    await assert.rejects(poll(as, asked.device, given.device_code), refusedAs('access_denied'))
  },

  async logout(asked, visit) {
    const as = await discovered(asked)
    const { client } = asked
    const tokens = await signedIn(as, asked, visit)
    const silent = await departure(as, { client, prompt: 'none' })
    await redeem(as, client, silent, await visit(silent.url))
    const end = new URL(as.end_session_endpoint)
    end.searchParams.set('id_token_hint', tokens.id_token)
    end.searchParams.set('post_logout_redirect_uri', client.post_logout_redirect_uri)
    end.searchParams.set('state', 'bye')
    const { url } = await visit(end)
    assert.equal(url.href, `${client.post_logout_redirect_uri}?state=bye`)
    const again = await departure(as, { client, prompt: 'none' })
    const back = await visit(again.url)
    assert.throws(
      () => oauth.validateAuthResponse(as, client, back.url, again.state),
      refusedAs('login_required'),
    )
  },

  async form_post(asked, visit) {
    const as = await discovered(asked)
    const left = await departure(as, { client: asked.client, response_mode: 'form_post' })
    const back = await visit(left.url)
    assert.equal(back.url.search, '')
    await redeem(as, asked.client, left, back)
  },

  async denied(asked, visit) {
    const as = await discovered(asked)
    const left = await departure(as, { client: asked.client, prompt: 'consent' })
    const { url } = await visit(left.url, { allow: false })
    assert.equal(url.searchParams.get('state'), left.state)
    assert.equal(url.searchParams.get('iss'), as.issuer)
    assert.throws(
      () => oauth.validateAuthResponse(as, asked.client, url, left.state),
      refusedAs('access_denied'),
    )
  },

  async sign_in_again(asked, visit) {
    const as = await discovered(asked)
    const first = await signedIn(as, asked, visit)
    await new Promise((resolve) => setTimeout(resolve, 1100)) // auth_time counts seconds
    const left = await departure(as, { client: asked.client, prompt: 'login', max_age: '0' })
    const { claims } = await redeem(as, asked.client, left, await visit(left.url))
    assert.ok(claims.auth_time > first.claims.auth_time)
    assert.equal(claims.sub, first.claims.sub)
  },

  async access_token(asked, visit) {
    const as = await discovered(asked)
    const { resource, resource_scope } = asked
    const scope = `openid ${resource_scope}`
    const left = await departure(as, {
      client: asked.client, resource, scope, prompt: 'consent',
    })
    const tokens = await redeem(as, asked.client, left, await visit(left.url), {
      additionalParameters: { resource },
    })
    const request = new Request(resource, {
      headers: { Authorization: `Bearer ${tokens.access_token}` },
    })
    const claims = await oauth.validateJwtAccessToken(as, request, resource, insecure)
    assert.equal(claims.client_id, asked.client.client_id)
    assert.equal(claims.sub, tokens.claims.sub)
    assert.ok(claims.scope.split(' ').includes(resource_scope))
  },
}
