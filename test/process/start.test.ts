import { once } from 'node:events'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import t from 'tap'
import { generateKey } from '../../src/settings/settings.ts'
import { HttpBrowser } from '../support/browser/http-browser.ts'
import { authorise, choose, signIn, waitForSync } from '../support/browser/sellers-journey.ts'
import { codeOf } from '../support/browser/staff-journey.ts'
import { openPostgresStores } from '../support/contracts/postgres-stores.ts'
import { doesNotMatch } from '../support/does-not-match.ts'
import { makeDataFolder } from '../support/product/data-folder.ts'
import { startProductCommand } from '../support/product/product-command.ts'
import { startRunningProduct } from '../support/product/running-product.ts'
import { runFailedStart } from './failed-start.ts'

t.test(
  'S-51 S-52 an unexpected error outside every handler is logged, and the process stops in order',
  async t => {
    const folder = await makeDataFolder()
    t.teardown(() => folder.discard())
    const bug = 'process.on("SIGUSR2", () => { throw new Error("a bug") })'
    const product = await startRunningProduct({
      dataDirectory: folder.path,
      env: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(bug)}` },
    })
    t.equal(await product.stop('SIGUSR2'), 1)
    const line =
      product
        .output()
        .split('\n')
        .find(each => each.includes('a bug')) ?? '{}'
    t.match(JSON.parse(line), { level: 60, msg: 'unexpected error', err: { stack: /Error: a bug/ } })
    const files = await readdir(folder.path, { recursive: true })
    t.ok(files.some(file => file.endsWith('PG_VERSION')))
    t.notOk(
      files.some(file => file.endsWith('postmaster.pid')),
      'the database is shut down',
    )
  },
)

t.test(
  'S-43 S-50 one command starts everything and prints the address; a second start finds the data',
  async t => {
    const folder = await makeDataFolder()
    t.teardown(() => folder.discard())

    const first = await startRunningProduct({ dataDirectory: folder.path })
    t.match(first.output(), `1smart.link is running: ${first.address}/`)
    for (const email of ['seller@demo.test', 'manager@demo.test', 'admin@demo.test', 'noplan@demo.test']) {
      t.match(first.output(), email)
    }
    t.match(first.output(), `Support console: ${first.address}/admin/`)
    t.match(first.output(), /support@demo\.test {2,}support\n {4}admin@demo|admin@demo\.test {2,}admin/)
    const agent = new HttpBrowser(first.address)
    await agent.open('/admin/')
    const fields = { email: 'support@demo.test', password: 'demo-password' }
    await agent.submit('form[action="/admin/login"]', { fields })
    const [, key = ''] = /add the key (\w+)/.exec(first.output()) ?? []
    await agent.submit('form[action="/admin/login/code"]', { fields: { code: codeOf(key, new Date()) } })
    t.match(agent.text, 'Sol Support Sign out Overview', 'a code from the printed key signs the agent in')
    const browser = new HttpBrowser(first.address)
    await signIn(browser, 'seller@demo.test')
    await authorise(browser, 'us-seller')
    t.equal(await first.stop('SIGTERM'), 0, 'SIGTERM stops the product cleanly')
    t.equal(
      (await fetch(first.address).catch(error => error)).constructor.name,
      'TypeError',
      'no process listens on the port',
    )

    const second = await startRunningProduct({
      dataDirectory: folder.path,
      env: { PORT: new URL(first.address).port },
    })
    t.teardown(() => second.stop('SIGKILL'))
    await browser.open('/dashboard/ads/')
    t.equal(browser.page.$('dialog').length, 1, 'the session and the pending connection are kept')
    await choose(browser, 'My Brand US — Amazon.com')
    t.equal((await waitForSync(browser)).stage, 'ready')

    const sameData = { DATABASE_URL: '', DATA_DIRECTORY: folder.path, LOG_LEVEL: 'silent' }
    const runUsersCommand = (...args: string[]) => startProductCommand('users', sameData, ...args).ended
    t.match(await runUsersCommand('role', 'noplan@demo.test', 'manager'), { code: 0, err: '' })
    t.match(await runUsersCommand('list'), {
      code: 0,
      out: 'noplan@demo.test\tmanager\tno plan\n',
    })
    t.match(await runUsersCommand('list', 'all'), {
      code: 2,
      out: '',
      err: /Unknown argument: all/,
    })
    t.equal(await second.stop('SIGINT'), 0, 'Ctrl-C stops the product cleanly')
    doesNotMatch(t, await readFile(join(folder.path, 'server.log'), 'utf8'), /Atz[ar]\||Atz[ar]%7C/i)

    const published = { DATA_DIRECTORY: folder.path, PUBLIC_URL: 'https://ads.example.test' }
    t.strictSame(
      await runFailedStart(published),
      {
        code: 1,
        output:
          'The database has demo users, whose password is public. Choose another folder: DATA_DIRECTORY=… npm start',
      },
      'S-54 demo users are never published',
    )
  },
)

t.test('S-54 at a public address no demo user is created', async t => {
  const folder = await makeDataFolder()
  t.teardown(() => folder.discard())
  const product = await startRunningProduct({
    dataDirectory: folder.path,
    env: { PUBLIC_URL: 'https://ads.example.test', LWA_CLIENT_ID: 'x', LWA_CLIENT_SECRET: 'y' },
  })
  t.teardown(() => product.stop('SIGKILL'))

  doesNotMatch(t, product.output(), /demo/)
  t.match(product.output(), 'npm run people -- add')
  const settings = { DATABASE_URL: '', DATA_DIRECTORY: folder.path }
  t.equal((await startProductCommand('users', settings, 'list').ended).out, 'No users yet.\n')
})

t.test('S-54 production does not start while demo users exist', async t => {
  const { databaseUrl, createUser } = await openPostgresStores(t)
  await createUser({ email: 'admin@demo.test', role: 'admin' })
  const key = generateKey().reveal()

  const { code, output } = await runFailedStart({
    NODE_ENV: 'production',
    PUBLIC_URL: 'https://ads.example.test',
    DATABASE_URL: databaseUrl,
    SESSION_KEYS: key,
    TOKEN_KEYS: key,
    LWA_CLIENT_ID: 'x',
    LWA_CLIENT_SECRET: 'y',
  })

  t.equal(code, 1)
  t.equal(
    output,
    'The database has demo users, whose password is public. To remove them, run "npm run people -- remove-demo".',
  )
})

t.test('a port in use stops startup with a one-sentence error', async t => {
  const folder = await makeDataFolder()
  t.teardown(() => folder.discard())
  const otherServer = createServer().listen(0, '127.0.0.1')
  await once(otherServer, 'listening')
  t.teardown(() => otherServer.close())
  const { port } = otherServer.address() as { port: number }

  const { code, output } = await runFailedStart({ PORT: String(port), DATA_DIRECTORY: folder.path })

  t.equal(code, 1)
  t.equal(
    output,
    `Port ${port} is already in use. Stop the other program, or choose another port: PORT=3001 npm start`,
  )
})

t.test('a broken data directory stops startup with a one-sentence error and keeps its files', async t => {
  const folder = await makeDataFolder()
  t.teardown(() => folder.discard())
  await mkdir(join(folder.path, 'postgres/cluster'), { recursive: true })
  await writeFile(join(folder.path, 'postgres/cluster/something'), 'existing content')

  const { code, output } = await runFailedStart({ PORT: '3000', DATA_DIRECTORY: folder.path })

  t.equal(code, 1)
  t.equal(output.split('\n').length, 1, output)
  t.match(output, folder.path)
  t.equal(await readFile(join(folder.path, 'postgres/cluster/something'), 'utf8'), 'existing content')
})

t.test(
  'S-54 a configuration mistake stops startup with one message that names every wrong setting',
  async t => {
    const { code, output } = await runFailedStart({
      PORT: 'eighty',
      PROCESS: 'both',
      TOKEN_KEYS: 'c2hvcnQ=',
      LWA_PKCE: 'maybe',
      DATABASE_URL: 'mysql://root:hunter2@localhost/x',
    })

    t.equal(code, 1)
    for (const name of ['PORT', 'PROCESS', 'TOKEN_KEYS', 'LWA_PKCE', 'DATABASE_URL'])
      t.match(output, new RegExp(`- ${name} `))
    for (const value of ['eighty', 'both', 'c2hvcnQ=', 'maybe', 'hunter2'])
      doesNotMatch(t, output, value, 'the message contains no value')
  },
)

t.test('S-54 production rejects each trial-only setting by name', async t => {
  const { code, output } = await runFailedStart({ NODE_ENV: 'production', CLOCK_SHIFT_FILE: 'shift' })

  t.equal(code, 1)
  const names = [
    'DATABASE_URL',
    'SESSION_KEYS',
    'TOKEN_KEYS',
    'LWA_CLIENT_ID',
    'LWA_CLIENT_SECRET',
    'PUBLIC_URL',
    'CLOCK_SHIFT_FILE',
  ]
  for (const name of names) t.match(output, new RegExp(`- ${name} `))
})

t.test('an unusable database stops startup with a one-sentence error that omits the password', async t => {
  const { TEST_DATABASE_URL = '' } = process.env
  const urlWith = (change: (url: URL) => void): string => {
    const url = new URL(TEST_DATABASE_URL)
    change(url)
    return url.href
  }
  for (const [url, sentence] of [
    [
      'postgres://a:hunter2@127.0.0.1:9/x',
      'The database at 127.0.0.1:9 isn’t responding. Check DATABASE_URL.',
    ],
    ['postgres://a:hunter2@no.such.host.invalid/x', 'The database host is unknown. Check DATABASE_URL.'],
    [
      urlWith(url => {
        url.password = 'hunter2'
      }),
      'The database rejected the user or password. Check DATABASE_URL.',
    ],
    [
      urlWith(url => {
        url.pathname = '/no_such_database'
      }),
      'The database doesn’t exist. Create it, or check DATABASE_URL.',
    ],
  ] as const) {
    const { code, output } = await runFailedStart({
      DATABASE_URL: url,
      LWA_CLIENT_ID: 'x',
      LWA_CLIENT_SECRET: 'y',
    })
    t.equal(code, 1)
    t.equal(output, sentence)
  }
})
