import oauth2 from '@fastify/oauth2'
import fastify, { type FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import { startSandbox } from '../../sandbox/sandbox.ts'
import { callback, client, defaultScope, setting } from './amazon-client.ts'

const callbackPath = new URL(callback).pathname

/** A web application that uses the package as documented: routes, state and PKCE in cookies. */
async function openWebApp(t: Test): Promise<FastifyInstance> {
  const sandbox = await startSandbox()
  t.teardown(() => sandbox.close())
  const { client_id: id = '', client_secret: secret = '' } = client(sandbox)
  const authorize = new URL(setting(sandbox, 'AMAZON_AUTHORIZE_URL_NA'))
  const token = new URL(setting(sandbox, 'AMAZON_TOKEN_URL_NA'))
  const app = fastify()
  t.teardown(() => app.close())
  await app.register(oauth2, {
    name: 'amazon',
    scope: defaultScope.split(' '),
    credentials: {
      client: { id, secret },
      auth: {
        authorizeHost: authorize.origin,
        authorizePath: authorize.pathname,
        tokenHost: token.origin,
        tokenPath: token.pathname,
      },
    },
    startRedirectPath: '/connect',
    callbackUri: callback,
    pkce: 'S256',
  })
  app.get(callbackPath, async (request, reply) => {
    const authorised = await app['oauth2Amazon']?.getAccessTokenFromAuthorizationCodeFlow(request, reply)
    const refreshed = await authorised?.refresh()
    return { authorised: authorised?.token, refreshed: refreshed?.token }
  })
  return app
}

/** Consents as a seller. @returns what the callback needs. */
async function consent(app: FastifyInstance) {
  const started = await app.inject('/connect')
  const cookies = Object.fromEntries(started.cookies.map(({ name, value }) => [name, value]))
  const response = await fetch(started.headers.location ?? '', {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ user: 'us-seller', decision: 'allow' }),
  })
  const query = Object.fromEntries(new URL(response.headers.get('location') ?? '').searchParams)
  return { cookies, query }
}

t.test('a web application with @fastify/oauth2 gets tokens and refreshes them', async t => {
  const app = await openWebApp(t)
  const { cookies, query } = await consent(app)

  const response = await app.inject({ url: callbackPath, query, cookies })

  t.equal(response.statusCode, 200)
  const { authorised, refreshed } = response.json()
  t.match(authorised, { access_token: /^Atza\|/, refresh_token: /^Atzr\|/ })
  t.match(refreshed, { access_token: /^Atza\|/, refresh_token: authorised.refresh_token })
})

t.test('@fastify/oauth2 keeps one attempt per browser: a second tab ends the first (decision 3)', async t => {
  const app = await openWebApp(t)
  const first = await consent(app)
  const second = await consent(app)
  const cookies = { ...first.cookies, ...second.cookies }

  const firstTab = await app.inject({ url: callbackPath, query: first.query, cookies })
  const secondTab = await app.inject({ url: callbackPath, query: second.query, cookies })

  t.equal(firstTab.statusCode, 500)
  t.match(firstTab.body, 'Invalid state')
  t.equal(secondTab.statusCode, 200)
})
