import t from 'tap'
import { cloneDatabase } from '../../support/servers/cluster.ts'
import { runFailedStart } from '../failed-start.ts'

const key = Buffer.alloc(32, 7).toString('base64')
const settings = { LWA_CLIENT_ID: 'x', LWA_CLIENT_SECRET: 'y', SESSION_KEYS: key, TOKEN_KEYS: key }

t.test('S-54 an unusable job database stops startup with a one-sentence error naming JOBS_URL', async t => {
  const database = await cloneDatabase()
  t.teardown(() => database.drop())
  const urlWith = (change: Partial<URL>): string => Object.assign(new URL(database.url), change).href

  for (const [url, sentence] of [
    ['postgres://x:hunter2@127.0.0.1:1/x', 'The database at 127.0.0.1:1 isn’t responding. Check JOBS_URL.'],
    ['postgres://x:hunter2@no.such.host.invalid/x', 'The database host is unknown. Check JOBS_URL.'],
    [urlWith({ password: 'hunter2' }), 'The database rejected the user or password. Check JOBS_URL.'],
    [urlWith({ pathname: '/no_such_database' }), 'The database doesn’t exist. Create it, or check JOBS_URL.'],
  ] as const) {
    const { code, output } = await runFailedStart({ ...settings, DATABASE_URL: database.url, JOBS_URL: url })
    t.equal(code, 1)
    t.equal(output, sentence)
  }
})
