// The same with npm openid-client, which does more by itself; each check still asserts.

import assert from 'node:assert/strict'
import * as client from 'openid-client'

const http = { execute: [client.allowInsecureRequests] } // the tests' servers speak http

async function configured({ issuer, client: { client_id, client_secret } }) {
  const authentication = client.ClientSecretBasic(client_secret)
  const found = await client.discovery(
    new URL(issuer), client_id, undefined, authentication, http,
  )
  client.enableNonRepudiationChecks(found) // verify signatures too
  return found
}

const device = ({ issuer, device: { client_id } }) =>
  client.discovery(new URL(issuer), client_id, undefined, client.None(), http)

/** The authorization request, and everything that must be remembered to check its answer. */
async function departure(config, asked, changes = {}) {
  const pkceCodeVerifier = client.randomPKCECodeVerifier()
  const [expectedState, expectedNonce] = [client.randomState(), client.randomNonce()]
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: asked.client.redirect_uri,
    scope: 'openid',
    state: expectedState,
    nonce: expectedNonce,
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    ...changes,
  })
  const checks = { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true }
  return { url, checks }
}

const redeem = (config, { checks }, { url, form }) =>
  client.authorizationCodeGrant(
    config, form ? new Request(url, { method: 'POST', body: form }) : url, checks,
  )

async function signedIn(config, asked, visit, changes) {
  const left = await departure(config, asked, changes)
  return redeem(config, left, await visit(left.url))
}

const offline = { scope: 'openid offline_access', prompt: 'consent' }
const userinfo = (config, tokens) =>
  client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub)
const refusedAs = (...names) => (error) => names.includes(error.error) || assert.fail(error)
const unauthorized = (error) => error.status === 401 || assert.fail(error)

/** At once: the library would wait out the interval first. */
const poll = (config, given) =>
  client.pollDeviceAuthorizationGrant(config, { ...given, interval: 0 }, undefined, {
    signal: AbortSignal.timeout(15000),
  })

export const checks = {
  async discovery(asked) {
    const told = (await configured(asked)).serverMetadata()
    assert.equal(told.issuer, asked.issuer)
    assert.equal(told.supportsPKCE(), true)
    assert.ok(told.id_token_signing_alg_values_supported.includes('RS256'))
  },

  async code(asked, visit) {
    const config = await configured(asked)
    const left = await departure(config, asked)
    const back = await visit(left.url)
    const tokens = await redeem(config, left, back)
    assert.equal(tokens.claims().aud, asked.client.client_id)
    assert.equal(tokens.token_type, 'bearer')
    assert.ok(tokens.expiresIn() > 0)
    await assert.rejects(redeem(config, left, back), refusedAs('invalid_grant'))
    await assert.rejects(userinfo(config, tokens), unauthorized) // what came of it is dead
  },

  async stolen_code(asked, visit) {
    const config = await configured(asked)
    const left = await departure(config, asked)
    const back = await visit(left.url)
    left.checks.pkceCodeVerifier = client.randomPKCECodeVerifier()
    await assert.rejects(redeem(config, left, back), refusedAs('invalid_grant'))
  },

  async userinfo(asked, visit) {
    const config = await configured(asked)
    const tokens = await signedIn(config, asked, visit, { scope: 'openid profile' })
    const told = await userinfo(config, tokens)
    assert.equal(told.sub, tokens.claims().sub)
    assert.ok(told.name)
    assert.equal(tokens.claims().name, undefined)
  },

  async refresh(asked, visit) {
    const config = await configured(asked)
    const first = await signedIn(config, asked, visit, offline)
    const second = await client.refreshTokenGrant(config, first.refresh_token)
    assert.notEqual(second.refresh_token, first.refresh_token)
    for (const name of ['iss', 'sub', 'aud', 'auth_time'])
      assert.deepEqual(second.claims()[name], first.claims()[name], name)
    await userinfo(config, second)
  },

  async revocation(asked, visit) {
    const config = await configured(asked)
    const tokens = await signedIn(config, asked, visit, offline)
    await client.tokenRevocation(config, tokens.refresh_token)
    await assert.rejects(
      client.refreshTokenGrant(config, tokens.refresh_token), refusedAs('invalid_grant'),
    )
    await assert.rejects(userinfo(config, tokens), unauthorized)
  },

  async introspection(asked, visit) {
    const config = await configured(asked)
    const tokens = await signedIn(config, asked, visit)
    const live = await client.tokenIntrospection(config, tokens.access_token)
    assert.equal(live.active, true)
    assert.equal(live.sub, tokens.claims().sub)
    const unknown = await client.tokenIntrospection(config, 'nobody-ever-gave-this-one')
    assert.deepEqual({ ...unknown }, { active: false })
  },

  async device(asked, visit) {
    const config = await device(asked)
    const given = await client.initiateDeviceAuthorization(config, {
      scope: 'openid offline_access',
    })
    await visit(given.verification_uri_complete)
    const tokens = await poll(config, given)
    assert.ok((await userinfo(config, tokens)).sub)
    const second = await client.refreshTokenGrant(config, tokens.refresh_token)
    assert.notEqual(second.refresh_token, tokens.refresh_token) // always for a public client
  },

  async device_denied(asked, visit) {
    const config = await device(asked)
    const given = await client.initiateDeviceAuthorization(config, { scope: 'openid' })
    await visit(given.verification_uri_complete, { allow: false })
    await assert.rejects(poll(config, given), refusedAs('access_denied'))
  },

  async logout(asked, visit) {
    const config = await configured(asked)
    const tokens = await signedIn(config, asked, visit)
    const { url } = await visit(
      client.buildEndSessionUrl(config, {
        id_token_hint: tokens.id_token,
        post_logout_redirect_uri: asked.client.post_logout_redirect_uri,
        state: 'bye',
      }),
    )
    assert.equal(url.href, `${asked.client.post_logout_redirect_uri}?state=bye`)
    const silent = await departure(config, asked, { prompt: 'none' })
    const back = await visit(silent.url)
    await assert.rejects(redeem(config, silent, back), refusedAs('login_required'))
  },

  async form_post(asked, visit) {
    const config = await configured(asked)
    const left = await departure(config, asked, { response_mode: 'form_post' })
    const back = await visit(left.url)
    assert.ok(back.form)
    assert.ok((await redeem(config, left, back)).claims().sub)
  },

  async denied(asked, visit) {
    const config = await configured(asked)
    const left = await departure(config, asked, { prompt: 'consent' })
    const back = await visit(left.url, { allow: false })
    await assert.rejects(redeem(config, left, back), refusedAs('access_denied'))
  },

  async sign_in_again(asked, visit) {
    const config = await configured(asked)
    const first = await signedIn(config, asked, visit)
    await new Promise((resolve) => setTimeout(resolve, 1100)) // auth_time counts seconds
    const left = await departure(config, asked, { max_age: '0' })
    left.checks.maxAge = 5
    const again = await redeem(config, left, await visit(left.url))
    assert.ok(again.claims().auth_time > first.claims().auth_time)
  },
}
