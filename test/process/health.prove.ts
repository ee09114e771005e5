import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import t, { type Test } from 'tap'
import { startEmbeddedPostgres } from '../../src/adapters/embedded-postgres/embedded-postgres.ts'
import { migrate } from '../../src/adapters/postgres/migrate.ts'
import { Secret } from '../../src/domain/secret.ts'
import { generateKey } from '../../src/settings.ts'
import { endOf } from '../support/child-process.ts'
import { makeDataFolder } from '../support/data-folder.ts'
import { doesNotMatch } from '../support/does-not-match.ts'
import { sumOf } from '../support/metrics.ts'
import { reservePort } from '../support/ports.ts'
import { startCommand } from '../support/start-command.ts'

/** A TCP proxy that can stop forwarding, as a network does, or close its connections. */
async function aWayTo(t: Test, url: URL) {
  const lines = new Set<Socket>()
  let isSilent = false
  const server = createServer(near => {
    const far = connect(Number(url.port), url.hostname)
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      lines.add(one)
      one.on('data', piece => isSilent || other.write(piece))
      one.on('error', () => other.destroy())
      one.on('close', () => {
        lines.delete(one)
        other.destroy()
      })
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.close()
    for (const line of lines) line.destroy()
  })
  const through = new URL(url.href)
  through.hostname = '127.0.0.1'
  through.port = String((server.address() as { port: number }).port)
  return {
    url: through.href,
    fallSilent() {
      isSilent = true
    },
    heal() {
      isSilent = false
      // Data sent while it did not forward is lost.
      for (const line of lines) line.destroy()
    },
  }
}

function aProcess(t: Test, kind: 'web' | 'worker', databaseUrl: string, port: number) {
  const key = generateKey().reveal()
  const own = kind === 'web' ? { PORT: String(port) } : { OPERATIONS_PORT: String(port) }
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
      ...own,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const end = async () => {
    child.kill('SIGTERM')
    await endOf(child)
  }
  t.teardown(end)
  const ask = async (path: string) => {
    const begin = performance.now()
    const answer = await fetch(`http://127.0.0.1:${port}${path}`)
    const text = await answer.text()
    return { status: answer.status, text, body: () => JSON.parse(text), took: performance.now() - begin }
  }
  const until = async (path: string, isSo: (answer: Awaited<ReturnType<typeof ask>>) => boolean) => {
    for (let waited = 0; waited < 90_000; waited += 200) {
      const answer = await ask(path).catch(() => null)
      if (answer && isSo(answer)) return answer
      await sleep(200)
    }
    throw new Error(`${kind} ${path} is not as expected: ${JSON.stringify(await ask(path).catch(String))}`)
  }
  return { ask, until, end }
}

t.test('S-52 health, readiness and metrics are correct during each outage', { timeout: 200_000 }, async t => {
  const folder = await makeDataFolder()
  t.teardown(() => folder.discard())
  const server = await startEmbeddedPostgres({ dataDirectory: folder.path, durable: false })
  t.teardown(() => server.stop())
  await migrate(new Secret(server.url))
  const link = await aWayTo(t, new URL(server.url))
  const web = aProcess(t, 'web', link.url, await reservePort())
  const worker = aProcess(t, 'worker', link.url, await reservePort())

  await t.test('a web server without a worker serves pages and reports the missing worker', async t => {
    const first = aProcess(t, 'web', link.url, await reservePort())
    await first.until('/healthz', ({ status }) => status === 200)
    await worker.until('/readyz', ({ status }) => status === 200)
    await worker.end()
    await forget('update worker_heartbeat set seen_at = $1', [new Date(Date.now() - 90_000)])

    const { body, text } = await first.until('/readyz', answer => answer.body().status === 'degraded')
    t.match(body(), { checks: { database: 'ok', migrations: 'ok', worker: /^none seen since 20/ } })
    doesNotMatch(t, text, 'postgres', 'the answer contains no secret')
    await forget('delete from worker_heartbeat')
    t.match((await first.ask('/readyz')).body(), { checks: { worker: 'none was ever seen' } })
  })

  const secondWorker = aProcess(t, 'worker', link.url, await reservePort())
  await t.test('with a database and a worker the product is ready', async t => {
    const { body } = await secondWorker.until('/readyz', ({ status }) => status === 200)
    t.strictSame(body(), { status: 'ok', checks: { database: 'ok', migrations: 'ok', worker: 'ok' } })
    await web.until('/readyz', answer => answer.body().status === 'ok')
    t.equal(sumOf((await secondWorker.ask('/metrics')).text, 'ads_database_up'), 1)
    t.equal((await secondWorker.ask('/dashboard')).status, 404, 'a worker has no pages')
  })

  await t.test('readiness fails on a missing migration but not on a newer one', async t => {
    await forget(`insert into migration (name) values ('9999-of-tomorrow')`)
    t.equal((await web.ask('/readyz')).status, 200)
    await forget(`update migration set name = 'set-aside' where name = '0001-schema'`)

    const { status, body } = await web.ask('/readyz')

    t.equal(status, 503)
    t.match(body(), { status: 'unready', checks: { database: 'ok', migrations: '1 pending' } })
    await forget(`update migration set name = '0001-schema' where name = 'set-aside'`)
    t.equal((await web.ask('/readyz')).status, 200)
  })

  await t.test('readiness fails while the database does not respond', async t => {
    link.fallSilent()
    for (const one of [web, secondWorker]) {
      const { status, body } = await one.until('/readyz', answer => answer.status === 503)
      t.equal(status, 503)
      t.match(body(), { status: 'unready', checks: { database: 'it does not answer' } })
      t.equal((await one.ask('/healthz')).status, 200, 'the process is healthy')
      t.equal((await one.ask('/readyz/process')).status, 200, 'the process accepts requests')
      const { text } = await one.ask('/metrics')
      t.equal(sumOf(text, 'ads_database_up'), 0)
      t.equal(sumOf(text, 'ads_reports_open'), null, 'unknown metrics are left out')
      t.ok(sumOf(text, 'process_cpu_seconds_total'))
    }
    link.heal()
    await web.until('/readyz', ({ status }) => status === 200)
    await secondWorker.until('/readyz', ({ status }) => status === 200)
    await secondWorker.until('/metrics', ({ text }) => sumOf(text, 'ads_database_up') === 1)
  })

  await t.test('readiness fails while the database is stopped', async t => {
    await server.stop()
    for (const one of [web, secondWorker]) {
      await one.until('/readyz', ({ status }) => status === 503)
      t.equal((await one.ask('/healthz')).status, 200)
      await one.until('/metrics', ({ text }) => sumOf(text, 'ads_database_up') === 0)
    }
  })

  async function forget(statement: string, values: unknown[] = []): Promise<void> {
    const client = new pg.Client({ connectionString: server.url })
    await client.connect()
    await client.query(statement, values)
    await client.end()
  }
})
