import t from 'tap'
import { allowsDemoUsers } from '../../../src/commands/start/demo-users.ts'
import { readSettings } from '../../../src/settings/settings.ts'

t.test('S-54 demo users need the sandbox, a loopback PUBLIC_URL and a loopback HOST', async t => {
  const isAllowed = (environment: Record<string, string>) => allowsDemoUsers(readSettings(environment))

  t.equal(isAllowed({}), true)
  t.equal(isAllowed({ PUBLIC_URL: 'http://[::1]:3000', HOST: '::1' }), true)
  t.equal(isAllowed({ PUBLIC_URL: 'https://ads.example.test' }), false)
  t.equal(isAllowed({ HOST: '0.0.0.0' }), false)
  t.equal(isAllowed({ LWA_CLIENT_ID: 'x', LWA_CLIENT_SECRET: 'y' }), false)
})
