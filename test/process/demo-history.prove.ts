import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { livesOf } from '../../demo/lives.ts'
import { endOf } from '../support/child-process.ts'
import { makeDataFolder } from '../support/data-folder.ts'
import { HttpBrowser } from '../support/http-browser.ts'
import { lacks } from '../support/lacks.ts'
import { reservePort } from '../support/ports.ts'
import { type RunningProduct, startRunningProduct } from '../support/running-product.ts'
import { authorise, choose, demoPassword, signIn, waitForLoading } from '../support/sellers-journey.ts'
import { codeOf } from '../support/staff-journey.ts'
import { startCommand } from '../support/start-command.ts'

/** Too few for any of them to be left over: every plot is somebody's, once. */
const sellers = '1'

async function agentAt(product: RunningProduct): Promise<HttpBrowser> {
  const agent = new HttpBrowser(product.address)
  await agent.open('/admin/')
  const fields = { email: 'support@demo.test', password: demoPassword }
  await agent.submit('form[action="/admin/login"]', { fields })
  const [, key = ''] = /that knows the key (\w+)/.exec(product.output()) ?? []
  await agent.submit('form[action="/admin/login/code"]', { fields: { code: codeOf(key, new Date()) } })
  return agent
}

t.test(
  'S-40 S-42 S-50 the first start shows sellers in every state, and what is the matter with each',
  async t => {
    const folder = await makeDataFolder()
    t.teardown(() => folder.discard())
    const product = await startRunningProduct({
      dataDirectory: folder.path,
      env: { DEMO_SELLERS: sellers },
      seconds: 240,
    })
    t.teardown(() => product.stop('SIGKILL'))
    const agent = await agentAt(product)

    for (const { identity, plot } of livesOf(Number(sellers), new Date())) {
      await agent.open(`/admin/cases?q=${encodeURIComponent(identity.email)}`)
      const paths = agent.page.$('.cases__person').toArray()
      const cases = paths.map(link => agent.page.$(link).attr('href') ?? '')
      const named: string[] = []
      for (const path of cases) {
        await agent.open(path)
        named.push(agent.page.$('[data-cause]').first().attr('data-cause') ?? 'nothing')
      }
      t.ok(
        named.some(cause => plot.causes.some(wanted => wanted === cause)),
        `${identity.email}: ${plot.causes.join(' or ')}, named ${named.join(', ')}`,
      )
    }

    await agent.open('/admin/')
    lacks(t, agent.words, /No worker|refuses us/, 'nothing is the matter with us')
    const somebody = new HttpBrowser(product.address)
    const [life] = livesOf(Number(sellers), new Date()).filter(({ plot }) => plot.causes.includes('all_well'))
    await signIn(somebody, life?.identity.email ?? '')
    await somebody.open('/dashboard/ads/')
    t.equal(
      somebody.page.$('table tbody th').length > 0,
      true,
      'whoever signs in as one of them sees figures',
    )
    t.equal(await product.stop('SIGTERM'), 0)

    const second = await startRunningProduct({ dataDirectory: folder.path, env: { DEMO_SELLERS: sellers } })
    lacks(t, second.output(), 'Making', 'it happens once')
    t.equal(await second.stop('SIGTERM'), 0)
  },
)

t.test('S-50 a history that was cut off is thrown away by the next start', async t => {
  const folder = await makeDataFolder()
  t.teardown(() => folder.discard())
  const child = spawn(process.execPath, [...startCommand], {
    cwd: join(import.meta.dirname, '../..'),
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      PORT: String(await reservePort()),
      DATA_DIRECTORY: folder.path,
      DEMO_SELLERS: sellers,
    },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  for await (const said of child.stdout) if (/[2-5]\d %/.test(String(said))) break
  child.kill('SIGKILL')
  await endOf(child)
  const mark = join(folder.path, 'demo.making')
  t.ok(existsSync(mark), 'it was killed in the middle')

  const product = await startRunningProduct({ dataDirectory: folder.path })
  t.teardown(() => product.stop('SIGTERM'))
  t.notOk(existsSync(mark))
  const [first] = livesOf(Number(sellers), new Date()).toSorted(
    (one, other) => one.beginsAt.getTime() - other.beginsAt.getTime(),
  )
  const browser = new HttpBrowser(product.address)
  await browser.open('/login')
  const fields = { email: first?.identity.email ?? '', password: demoPassword }
  await browser.submit('form[action="/login"]', { fields })
  t.equal(browser.page.url.pathname, '/login', 'who had joined first is nobody now')
})

t.test('S-50 a history that fails leaves an empty product, and an Amazon of today', async t => {
  const folder = await makeDataFolder()
  t.teardown(() => folder.discard())
  const starting = startRunningProduct({
    dataDirectory: folder.path,
    env: { DEMO_SELLERS: sellers },
    seconds: 240,
  })
  const historian = await processOf('demo/main.ts', folder.path)
  // Time enough to have set the clock back.
  await sleep(4000)
  process.kill(historian, 'SIGKILL')
  const product = await starting
  t.teardown(() => product.stop('SIGTERM'))

  t.match(product.output(), 'It did not succeed, and nothing of it was kept')
  const switches = await (await fetch(`${product.sandboxUrl}/sandbox/switches`)).json()
  t.match(switches, { clockOffsetSeconds: 0, faults: [] })
  const seller = new HttpBrowser(product.address)
  await signIn(seller, 'seller@demo.test')
  await authorise(seller, 'us-seller')
  await choose(seller, 'My Brand US — Amazon.com')
  t.equal((await waitForLoading(seller)).stage, 'ready', 'whoever connects then is served')
})

/** The process that runs a program for a data directory, once it is there. */
async function processOf(program: string, dataDirectory: string): Promise<number> {
  const read = (pid: string, what: string) => readFile(`/proc/${pid}/${what}`, 'utf8').catch(() => '')
  for (let waited = 0; waited < 60_000; waited += 100) {
    for (const pid of (await readdir('/proc')).filter(name => /^\d+$/.test(name))) {
      if (!(await read(pid, 'cmdline')).includes(program)) continue
      if ((await read(pid, 'environ')).includes(`DATA_DIRECTORY=${dataDirectory}`)) return Number(pid)
    }
    await sleep(100)
  }
  throw new Error(`nobody runs ${program}`)
}
