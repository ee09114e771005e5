import { execFile } from 'node:child_process'
import { appendFile, mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import t, { type Test } from 'tap'
import { migrate } from '../../src/adapters/postgres/migrations/migrate.ts'
import { Secret } from '../../src/domain/secret.ts'
import { generateKey } from '../../src/settings/settings.ts'
import { doesNotMatch } from '../support/does-not-match.ts'
import { waitForExit } from '../support/product/child-process.ts'
import { connectDirectly, profilesOf } from '../support/product/connected.ts'
import { factDifferences } from '../support/product/loaded-facts.ts'
import { startMigrateCommand } from '../support/product/product-command.ts'
import { startTestProduct, type TestProduct } from '../support/product/test-product.ts'
import { startWorkerProcess } from '../support/product/worker-process.ts'
import { assertNoToken } from '../support/runner/token-scan.ts'
import {
  debianPrograms,
  startDebianPostgres,
  whyNoDebianPostgres,
} from '../support/servers/debian-postgres.ts'

const project = join(import.meta.dirname, '../..')

interface ProgramResult {
  readonly code: number
  readonly out: string
  readonly err: string
}

function run(program: string, args: readonly string[], env: Record<string, string>): Promise<ProgramResult> {
  const path = `${debianPrograms}:${process.env['PATH'] ?? ''}`
  const environment = { ...process.env, NODE_ENV: '', NODE_OPTIONS: '', PATH: path, ...env }
  return new Promise(resolve => {
    execFile(program, [...args], { cwd: project, env: environment }, (error, out, err) => {
      resolve({ code: error ? Number(error.code) : 0, out, err })
    })
  })
}

const backUp = (url: string, file: string) => run('deploy/backup.sh', [file], { DATABASE_URL: url })
const restore = (url: string, file: string) => run('deploy/restore.sh', [file], { DATABASE_URL: url })
const verify = (url: string, keys = generateKey().reveal()) =>
  run(process.execPath, ['src/commands/verify.ts'], { DATABASE_URL: url, TOKEN_KEYS: keys })

async function newFolder(t: Test): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), '1smart-backup-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** Runs `work` with database connections that are closed before the server stops. */
async function withDatabase<Result>(
  url: string,
  work: (query: TestProduct['query']) => Promise<Result>,
): Promise<Result> {
  const pool = new pg.Pool({ connectionString: url, max: 2 })
  try {
    return await work(async <Row>(sql: string, parameters: readonly unknown[] = []) => {
      const { rows } = await pool.query(sql, [...parameters])
      return rows as Row[]
    })
  } finally {
    await pool.end()
  }
}

const openReports = `select count(*)::int as count from report where status in ('requested', 'generating', 'completed')`
const loadedReports = `select count(*)::int as count from report where status = 'loaded'`

async function waitUntil(
  query: TestProduct['query'],
  sql: string,
  condition: (count: number) => boolean,
): Promise<void> {
  for (;;) {
    const [row] = await query<{ count: number }>(sql)
    if (condition(row?.count ?? 0)) return
    await sleep(100)
  }
}

t.test(
  'a backup taken during a load, once restored, finishes its reports and matches Amazon to the cent',
  { skip: whyNoDebianPostgres },
  async t => {
    const [source, target] = [await startDebianPostgres(t), await startDebianPostgres(t)]
    const [url, copyUrl] = [await source.newDatabase('product'), await target.newDatabase('copy')]
    await migrate(new Secret(url))
    const product = await startTestProduct(t, {
      worker: true,
      databaseUrl: url,
      sandbox: { generationSeconds: { min: 0.5, max: 4 } },
    })
    const connections: string[] = []
    for (const user of ['us-seller', 'three-regions']) {
      for (const profile of (await profilesOf(product, user)).slice(0, 2)) {
        const { connectionId } = await connectDirectly(product, { user, profile })
        connections.push(connectionId)
      }
    }
    await waitUntil(product.query, loadedReports, count => count >= 5)

    const file = join(await newFolder(t), 'tonight.dump')
    t.match(await backUp(url, file), { code: 0, err: '', out: /complete/i })
    t.match(await restore(copyUrl, file), { code: 0, err: '', out: /complete/i })
    t.match(await startMigrateCommand(copyUrl, '--check').ended, { code: 0 })
    const keys = product.environment['TOKEN_KEYS']
    t.match(await verify(copyUrl, keys), { code: 0, err: '', out: /All checks passed/ })
    t.match(
      await verify(copyUrl),
      { code: 1, err: /connection_grant\.refresh_token/ },
      'the backup cannot be decrypted without the keys',
    )

    await withDatabase(copyUrl, async query => {
      const [open] = await query<{ count: number }>(openReports)
      t.ok((open?.count ?? 0) > 0, 'reports were in progress')
      const worker = startWorkerProcess({
        ...product,
        environment: { ...product.environment, DATABASE_URL: copyUrl },
      })
      await waitUntil(query, openReports, count => count === 0)
      worker.kill('SIGTERM')
      await waitForExit(worker)
      for (const id of connections) t.strictSame(await factDifferences({ ...product, query }, id), [])
      const [duplicates] = await query<{ count: number }>(`select count(*)::int as count from (
        select from report group by sync_run_id, type, day_from having count(*) > 1) as duplicates`)
      t.equal(duplicates?.count, 0)
    })
    t.match(await verify(copyUrl, keys), { code: 0, err: '' })

    await waitUntil(product.query, openReports, count => count === 0)
    for (const id of connections)
      t.strictSame(await factDifferences(product, id), [], 'the original product has lost no data')
  },
)

t.test('backups overwrite nothing and leave no partial file', { skip: whyNoDebianPostgres }, async t => {
  const server = await startDebianPostgres(t)
  const [url, emptyUrl] = [await server.newDatabase('product'), await server.newDatabase('empty')]
  await migrate(new Secret(url))
  const folder = await newFolder(t)
  const file = join(folder, 'a.dump')
  t.match(await backUp(url, file), { code: 0 })
  t.equal((await stat(file)).mode & 0o077, 0, 'only its owner can read the backup')

  t.match(await backUp(url, file), { code: 1, err: /already exists/ }, 'no backup is overwritten')
  t.match(await backUp('', join(folder, 'b.dump')), { code: 2, err: 'DATABASE_URL is missing.\n' })
  t.match(await run('deploy/backup.sh', [], {}), { code: 2 })
  const failed = await backUp('postgres://a:hunter2@127.0.0.1:9/x', join(folder, 'c.dump'))
  t.equal(failed.code, 1)
  doesNotMatch(t, failed.out + failed.err, 'hunter2')
  t.strictSame(
    (await readdir(folder)).toSorted(),
    ['a.dump', 'a.dump.sha256'],
    'no partial backup is left behind',
  )

  t.match(await restore(url, file), { code: 1, err: /is not empty. Nothing was restored/ })
  t.match(await restore(emptyUrl, join(folder, 'none.dump')), { code: 1, err: /is missing/ })
  await appendFile(file, 'x')
  t.match(await restore(emptyUrl, file), { code: 1, err: /Checksum mismatch: .* Nothing was restored/ })
})

t.test('verify lists each broken invariant with its location', async t => {
  const product = await startTestProduct(t, {
    worker: true,
    sandbox: { generationSeconds: { min: 0, max: 0 } },
  })
  const [profile] = await profilesOf(product, 'us-seller')
  if (!profile) throw new Error('the sandbox has no profile')
  const { connectionId } = await connectDirectly(product, { user: 'us-seller', profile })
  await waitUntil(product.query, openReports, count => count === 0)
  const url = product.databaseUrl
  const keys = product.environment['TOKEN_KEYS']
  t.match(await verify(url, keys), { code: 0, err: '' })

  await product.query(
    `update campaign_fact set cost = cost + 0.01
    where ctid = (select ctid from campaign_fact where connection_id = $1 limit 1)`,
    [connectionId],
  )
  await product.query(
    `insert into ad_product_day select gen_random_uuid(), day, ad_product, 1, 1, 1, 1, 1 from ad_product_day limit 1`,
  )
  await product.query(
    `update connection_grant set refresh_token = overlay(refresh_token placing 'AAAA' from 90)`,
  )
  const { code, out, err } = await verify(url, keys)

  t.equal(code, 1)
  t.match(out, '3 checks failed.')
  t.match(err, `connection ${connectionId}: 1 figures differ from Amazon's files, first`)
  t.match(err, 'ad_product_day: 1 rows without a connection')
  t.match(err, `connection_grant.refresh_token of ${connectionId}`)
  assertNoToken(out + err, 'the output')
  t.match(await run(process.execPath, ['src/commands/verify.ts'], { DATABASE_URL: '' }), {
    code: 2,
    err: /DATABASE_URL is missing/,
  })
})
