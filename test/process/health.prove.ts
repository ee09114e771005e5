import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import t, { type Test } from 'tap'
import { startEmbeddedPostgres } from '../../src/adapters/embedded-postgres/embedded-postgres.ts'
import { migrate } from '../../src/adapters/postgres/migrations/migrate.ts'
import { Secret } from '../../src/domain/secret.ts'
import { generateKey } from '../../src/settings/settings.ts'
import { TcpProxy } from '../proofs/outages/tcp-proxy.ts'
import { doesNotMatch } from '../support/does-not-match.ts'
import { sumOf } from '../support/metrics.ts'
import { waitForExit } from '../support/product/child-process.ts'
import { makeDataFolder } from '../support/product/data-folder.ts'
import { startCommand } from '../support/product/start-command.ts'
import { reservePort } from '../support/servers/ports.ts'

function startProcess(t: Test, kind: 'web' | 'worker', databaseUrl: string, port: number) {
  const key = generateKey().reveal()
  const portSetting = kind === 'web' ? { PORT: String(port) } : { OPERATIONS_PORT: String(port) }
  const child: ChildProcess = spawn(process.execPath, [...startCommand], {
    cwd: join(import.meta.dirname, '../..'),
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      NODE_ENV: '',
      LOG_LEVEL: 'silent',
      DATABASE_URL: databaseUrl,
      SESSION_KEYS: key,
      TOKEN_KEYS: key,
      LWA_CLIENT_ID: 'an-id',
      LWA_CLIENT_SECRET: 'a-secret',
      PROCESS: kind,
      ...portSetting,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const end = async () => {
    child.kill('SIGTERM')
    await waitForExit(child)
  }
  t.teardown(end)
  const get = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`)
    const text = await response.text()
    return { status: response.status, text, body: () => JSON.parse(text) }
  }
  const until = async (path: string, isExpected: (response: Awaited<ReturnType<typeof get>>) => boolean) => {
    for (let waited = 0; waited < 90_000; waited += 200) {
      const response = await get(path).catch(() => null)
      if (response && isExpected(response)) return response
      await sleep(200)
    }
    throw new Error(`${kind} ${path} is not as expected: ${JSON.stringify(await get(path).catch(String))}`)
  }
  return { get, until, end }
}

t.test('S-52 health, readiness and metrics are correct during each outage', { timeout: 200_000 }, async t => {
  const folder = await makeDataFolder()
  t.teardown(() => folder.discard())
  const server = await startEmbeddedPostgres({ dataDirectory: folder.path, durable: false })
  t.teardown(() => server.stop())
  await migrate(new Secret(server.url))
  const proxy = await TcpProxy.to(Number(new URL(server.url).port))
  t.teardown(() => proxy.close())
  const proxyUrl = Object.assign(new URL(server.url), { host: `127.0.0.1:${proxy.port}` }).href
  const web = startProcess(t, 'web', proxyUrl, await reservePort())
  const worker = startProcess(t, 'worker', proxyUrl, await reservePort())

  await t.test('a web server without a worker serves pages and reports the missing worker', async t => {
    const first = startProcess(t, 'web', proxyUrl, await reservePort())
    await first.until('/healthz', ({ status }) => status === 200)
    await worker.until('/readyz', ({ status }) => status === 200)
    await worker.end()
    await execute('update worker_heartbeat set seen_at = $1', [new Date(Date.now() - 90_000)])

    const { body, text } = await first.until('/readyz', response => response.body().status === 'degraded')
    t.match(body(), { checks: { database: 'ok', migrations: 'ok', worker: /^none seen since 20/ } })
    doesNotMatch(t, text, 'postgres', 'the response contains no secret')
    await execute('delete from worker_heartbeat')
    t.match((await first.get('/readyz')).body(), { checks: { worker: 'none was ever seen' } })
  })

  const secondWorker = startProcess(t, 'worker', proxyUrl, await reservePort())
  await t.test('with a database and a worker the product is ready', async t => {
    const { body } = await secondWorker.until('/readyz', ({ status }) => status === 200)
    t.strictSame(body(), { status: 'ok', checks: { database: 'ok', migrations: 'ok', worker: 'ok' } })
    await web.until('/readyz', response => response.body().status === 'ok')
    t.equal(sumOf((await secondWorker.get('/metrics')).text, 'ads_database_up'), 1)
    t.equal((await secondWorker.get('/dashboard')).status, 404, 'a worker has no pages')
  })

  await t.test('readiness fails on a missing migration but not on a newer one', async t => {
    await execute(`insert into migration (name) values ('9999-future')`)
    t.equal((await web.get('/readyz')).status, 200)
    await execute(`update migration set name = 'set-aside' where name = '0001-schema'`)

    const { status, body } = await web.get('/readyz')

    t.equal(status, 503)
    t.match(body(), { status: 'unready', checks: { database: 'ok', migrations: '1 pending' } })
    await execute(`update migration set name = '0001-schema' where name = 'set-aside'`)
    t.equal((await web.get('/readyz')).status, 200)
  })

  await t.test('readiness fails while the database does not respond', async t => {
    proxy.dropData()
    for (const instance of [web, secondWorker]) {
      const { status, body } = await instance.until('/readyz', response => response.status === 503)
      t.equal(status, 503)
      t.match(body(), { status: 'unready', checks: { database: 'it does not answer' } })
      t.equal((await instance.get('/healthz')).status, 200, 'the process is healthy')
      t.equal((await instance.get('/readyz/process')).status, 200, 'the process accepts requests')
      const { text } = await instance.get('/metrics')
      t.equal(sumOf(text, 'ads_database_up'), 0)
      t.equal(sumOf(text, 'ads_reports_open'), null, 'unknown metrics are left out')
      t.ok(sumOf(text, 'process_cpu_seconds_total'))
    }
    // Data sent while the proxy dropped it is lost, so close every connection.
    proxy.closeConnections()
    await proxy.reconnect()
    await web.until('/readyz', ({ status }) => status === 200)
    await secondWorker.until('/readyz', ({ status }) => status === 200)
    await secondWorker.until('/metrics', ({ text }) => sumOf(text, 'ads_database_up') === 1)
  })

  await t.test('readiness fails while the database is stopped', async t => {
    await server.stop()
    for (const instance of [web, secondWorker]) {
      await instance.until('/readyz', ({ status }) => status === 503)
      t.equal((await instance.get('/healthz')).status, 200)
      await instance.until('/metrics', ({ text }) => sumOf(text, 'ads_database_up') === 0)
    }
  })

  async function execute(statement: string, values: unknown[] = []): Promise<void> {
    const client = new pg.Client({ connectionString: server.url })
    await client.connect()
    await client.query(statement, values)
    await client.end()
  }
})
