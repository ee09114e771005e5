import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { pathsIn, unconnected } from './paths.ts'
import { writesOfGets } from './reads.ts'
import { cyclesOf, importsOf, rules, violationsOf } from './rules.ts'
import { fullFolders, longFileReasons, longFiles } from './sizes.ts'

const project = join(import.meta.dirname, '../..')

const sources = () => ['src', 'sandbox'].flatMap(tsFilesIn)
const allFiles = () => [...sources(), ...['bench', 'demo', 'test'].flatMap(tsFilesIn)]

function tsFilesIn(folder: string): { file: string; text: string }[] {
  return readdirSync(join(project, folder), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.ts') && !name.includes('node_modules'))
    .map(name => ({ file: `${folder}/${name}`, text: readFileSync(join(project, folder, name), 'utf8') }))
}

t.test('every import follows the layer rules', async t => {
  const files = sources()
  const imports = files.flatMap(({ file, text }) => importsOf(file, text))

  t.ok(files.length > 100, 'the whole product is checked')
  t.ok(imports.length > 400, 'the imports are found')
  t.strictSame(violationsOf(imports), [])
})

t.test('every relative import names a file that exists', async t => {
  const files = sources()
  const known = new Set(files.map(({ file }) => file))
  const missing = files
    .flatMap(({ file, text }) => importsOf(file, text))
    .filter(({ target }) => /^(src|sandbox)\//.test(target) && !known.has(target))

  t.strictSame(missing, [])
})

t.test('no file imports itself through others', async t => {
  const imports = allFiles().flatMap(({ file, text }) => importsOf(file, text))

  t.strictSame(cyclesOf(imports), [])
  const planted = [...imports, { file: 'src/domain/calendar.ts', target: 'src/domain/ingestion/report.ts' }]
  t.ok(cyclesOf(planted).length > 0)
})

t.test('a folder has at most 15 files and a source file at most 250 lines', async t => {
  const source = tsFilesIn('src')

  t.strictSame(fullFolders(allFiles()), [])
  t.strictSame(longFiles(source), [...longFileReasons.keys()].sort())
  const planted = Array.from({ length: 16 }, (_, at) => ({ file: `src/x/${at}.ts`, text: 'x\n'.repeat(251) }))
  t.strictSame(fullFolders(planted), ['src/x'])
  t.strictSame(longFiles(planted.slice(0, 1)), ['src/x/0.ts'])
})

t.test('each layer rule reports an import that breaks it', async t => {
  const examples: Readonly<Record<string, readonly [file: string, source: string]>> = {
    'the domain imports only itself': [
      'src/domain/access/x.ts',
      "import type { EntityManager } from '@mikro-orm/core'",
    ],
    'a domain module imports only the modules that the design allows': [
      'src/domain/profile/x.ts',
      "import { requirePlan } from '../access/subscription.ts'",
    ],
    'the application imports only the domain, itself and node:crypto': [
      'src/application/access/x.ts',
      "import pg from 'pg'",
    ],
    'an application module imports only the modules that the design allows': [
      'src/application/ingestion/x.ts',
      "import { GetDashboard } from '../performance/index.ts'",
    ],
    'an application module imports another only through its index': [
      'src/application/connection/x.ts',
      "import { Users } from '../access/ports.ts'",
    ],
    'the ingestion and profile modules do not import connection': [
      'src/application/ingestion/x.ts',
      "import type { Connection } from '../../domain/connection/connection.ts'",
    ],
    'adapters do not import each other': [
      'src/adapters/fastify/x.ts',
      "export { TokenCipher } from '../postgres/token-cipher.ts'",
    ],
    'adapters import the console, the application and the domain, not the composition root': [
      'src/adapters/fastify/x.ts',
      "import { readSettings } from '../../settings/settings.ts'",
    ],
    'the console imports application indexes and ports, never adapters': [
      'src/admin/x.ts',
      "import { PostgresUsers } from '../adapters/postgres/users.ts'",
    ],
    'the application and the domain do not import the console': [
      'src/application/access/x.ts',
      "const console = await import('../../admin/index.ts')",
    ],
    'the diagnosis imports only itself and the domain': [
      'src/admin/diagnosis/x.ts',
      "import type { Users } from '../../application/access/index.ts'",
    ],
    'the kit of the web server knows neither the seller’s pages nor the console': [
      'src/adapters/fastify/kit/x.ts',
      "import { pickerPage } from '../seller/connecting/picker-page.ts'",
    ],
    'the seller’s pages do not import the console': [
      'src/adapters/fastify/seller/connecting/x.ts',
      "import { caseRoutes } from '../../console/cases/case-routes.ts'",
    ],
    'only the composition imports inversify': [
      'src/commands/main.ts',
      "import { Container } from 'inversify'",
    ],
    'the product imports nothing from the sandbox, the demo, the tests or the benchmarks': [
      'src/commands/main.ts',
      "import { startSandbox } from '../../sandbox/sandbox.ts'",
    ],
    'the sandbox imports nothing from the product': [
      'sandbox/people/x.ts',
      "import type { Region } from '../../src/domain/profile/region.ts'",
    ],
  }

  t.strictSame(Object.keys(examples).sort(), rules.map(({ name }) => name).sort(), 'each rule has an example')
  for (const [name, [file, source]] of Object.entries(examples)) {
    const violations = violationsOf(importsOf(file, source))
    t.ok(
      violations.some(violation => violation.rule === name && violation.file === file),
      name,
    )
  }
})

t.test('docs/architecture.md tells each path in few files, and each follows from an earlier one', async t => {
  const files = sources()
  const imports = files.flatMap(({ file, text }) => importsOf(file, text))
  const paths = pathsIn(readFileSync(join(project, 'docs/architecture.md'), 'utf8'))

  t.strictSame(
    [...paths.keys()],
    ['The path of a request', 'The path of a report', 'The path of a diagnosis'],
  )
  const limits = [10, 14, 16]
  for (const [at, [heading, path]] of [...paths].entries()) {
    t.ok(path.length > 5 && path.length <= (limits[at] ?? 0), `${heading}: ${path.length} files`)
    t.strictSame(
      path.filter(file => !files.some(each => each.file === file)),
      [],
    )
    t.strictSame(unconnected(path, imports), [], heading)
    t.strictSame(unconnected([...path, 'src/domain/decimal-sum.ts'], imports), ['src/domain/decimal-sum.ts'])
  }
})

t.test('a GET handler changes nothing but the record of activity', async t => {
  const files = sources()

  t.strictSame(writesOfGets(files), [])
  const route = (call: string) => ({
    file: 'src/adapters/fastify/x-routes.ts',
    text: `  const disconnect = get(Disconnect)\n  const sessions = get(Sessions)\n  app.${call}\n`,
  })
  const get = "get('/', async () => {\n    await disconnect.execute({})\n  })"
  t.match(writesOfGets([...files, route(get)]), [
    'src/adapters/fastify/x-routes.ts: Disconnect.execute → Connections.save',
  ])
  t.strictSame(writesOfGets([...files, route(get.replace('get', 'post'))]), [])
  const close = "get('/', async () => {\n    await sessions.close(id, now)\n  })"
  t.match(writesOfGets([...files, route(close)]), [/Sessions\.close/])
})

t.test('the domain and the diagnosis use no clock, no random numbers and no asynchronous code', async t => {
  const domain = sources().filter(({ file }) => /^src\/(domain|admin\/diagnosis)\//.test(file))
  const forbidden =
    /\bnew Date\(\)|Date\.now\(|Math\.random|\basync\b|\bawait\b|\bprocess\.|\bglobalThis\b|setTimeout/

  t.ok(domain.length > 15)
  t.strictSame(
    domain.filter(({ text }) => forbidden.test(text)).map(({ file }) => file),
    [],
  )
  t.match('const now = new Date()', forbidden)
})

t.test('the domain has no sentence for users', async t => {
  const sentence = /(['`])[A-Z][^'`\n]* [^'`\n]* [^'`\n]*[.!?]\1/
  const domain = sources().filter(({ file }) => file.startsWith('src/domain/'))

  t.ok(domain.length > 50)
  t.strictSame(
    domain
      .filter(({ text }) => sentence.test(text.replace(/^ *(\/\*\*|\*|\/\/).*$/gm, '')))
      .map(({ file }) => file),
    [],
  )
  t.match("cancelled: 'Support stopped this sync. It will be requested again.',", sentence)
})

t.test('random choices in tests, sandbox, benchmarks and demo all have a seed', async t => {
  const folders = ['test', 'sandbox', 'bench', 'demo']
  const thisFile = 'test/architecture/architecture.test.ts'
  const files = folders
    .flatMap(tsFilesIn)
    .filter(({ file }) => file !== thisFile && !file.includes('/node_modules/'))
  const unseeded = /Math\.random\b/
  const withoutSeed = /\bfc\.(assert|check)\((?![\s\S]*?\bseed\b)/

  t.ok(files.length > 500)
  t.strictSame(
    files.filter(({ text }) => unseeded.test(text) || withoutSeed.test(text)).map(({ file }) => file),
    [],
  )
  t.match('const at = Math.random()', unseeded)
  t.match('fc.assert(property, { numRuns: 10 })', withoutSeed)
})

t.test('only the settings read the environment', async t => {
  const readers = sources().filter(
    ({ file, text }) => file.startsWith('src/') && text.includes('process.env'),
  )

  t.strictSame(
    readers.map(({ file }) => file),
    ['src/settings/settings.ts'],
  )
})

t.test('stores write SQL as templates: no em.execute, no $1, no ?', async t => {
  const stores = sources().filter(({ file }) => /^src\/adapters\/postgres\/(?!migrations\/\d)/.test(file))
  const otherStyle = /\bem\.execute\b|\$\d|\?::|[=<>,(]\s*\?(?=[\s,)`'])|\b(?:limit|in) \?(?=[)`'])/

  t.ok(stores.length > 60)
  t.strictSame(
    stores.filter(({ text }) => otherStyle.test(text)).map(({ file }) => file),
    [],
  )
  for (const planted of [
    "await this.#em.execute('delete from session')",
    "await client.query('select from report where id = $1', [id])",
    'const condition = `user_id = ? and closed_at is null`',
    'const rows = `values (?, ?)`',
    'const page = `order by id limit ?`',
    'const cast = `select ?::uuid`',
  ])
    t.match(planted, otherStyle)
})

t.test('only leases and clock checks use the database’s time in SQL conditions', async t => {
  const usingFiles = sources().filter(
    ({ file, text }) =>
      file.startsWith('src/adapters/postgres/') &&
      /\bnow\(\)\s*[,)<>]|current_timestamp|clock_timestamp/i.test(
        text.replace(/now: \(\) => Date|now\(\)/g, ''),
      ),
  )

  t.strictSame(usingFiles.map(({ file }) => file).sort(), [
    'src/adapters/postgres/connection/access-token-cache.ts',
    'src/adapters/postgres/email/outbox.ts',
    'src/adapters/postgres/engine/postgres-server-status.ts',
    // The synchronised clock has to use the system's clock.
    'src/adapters/postgres/engine/synchronised-clock.ts',
    'src/adapters/postgres/facts/report-loader.ts',
    'src/adapters/postgres/ingestion/heartbeat.ts',
    'src/adapters/postgres/ingestion/leases.ts',
  ])
})
