/**
 * S-51 S-54: the composition as it is written, and, in full, as it runs: built, started, walked through in Chromium,
 * struck and stopped.
 */
import { execFile } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { load } from 'cheerio'
import t from 'tap'
import { openWindow } from '../support/chromium-browser.ts'
import { demoPassword, differences, figuresOnPage, shownDays, truthOf } from '../support/sellers-journey.ts'
import { proveBackup } from './composition/backup.ts'
import { type Composition, composition, docker, up } from './composition/compose.ts'
import { proveRoll } from './composition/roll.ts'

const isFull = process.env['PROVE'] === 'full'
const hasDocker = await promisify(execFile)('docker', ['compose', 'version']).then(
  () => true,
  () => false,
)

interface Service {
  readonly read_only?: boolean
  readonly cap_drop?: readonly string[]
  readonly security_opt?: readonly string[]
  readonly privileged?: boolean
  readonly user?: string
  readonly build?: { readonly dockerfile: string }
  readonly deploy?: { readonly resources?: { readonly limits?: { cpus?: number; memory?: string } } }
  readonly healthcheck?: { readonly test: readonly string[] }
  readonly environment?: Readonly<Record<string, string>>
  readonly ports?: readonly unknown[]
  readonly volumes?: readonly { readonly target: string; readonly read_only?: boolean }[]
  readonly networks?: Readonly<Record<string, unknown>>
  readonly secrets?: readonly { readonly source: string }[]
}

/** Whose health the image itself, or their end, tells. */
const tellsOtherwise = ['backup', 'migrate', 'mail']

t.test(
  'S-54 as it is written, every service is closed in, and no secret stands in it',
  { skip: hasDocker ? false : 'needs a container engine with docker compose' },
  async t => {
    const words = [
      'compose',
      '--env-file',
      'deploy/development.env',
      '--profile',
      'development',
      '--profile',
      'backup',
    ]
    const written = JSON.parse(await docker(...words, 'config', '--format', 'json'))
    const services: Readonly<Record<string, Service>> = written.services

    t.strictSame(Object.keys(services).sort(), [
      ...['backup', 'mail', 'migrate', 'mongo', 'postgres', 'proxy', 'sandbox', 'web-1', 'web-2', 'worker'],
    ])
    for (const [name, service] of Object.entries(services)) {
      t.equal(service.read_only, true, `${name}: nothing is written to its file system`)
      t.strictSame(service.cap_drop, ['ALL'], `${name} may nothing`)
      t.strictSame(service.security_opt, ['no-new-privileges:true'], `${name} gains nothing`)
      t.notOk(service.privileged, name)
      t.ok(service.user ? !/^(0|root)\b/.test(service.user) : service.build, `${name} is not root`)
      const { cpus, memory } = service.deploy?.resources?.limits ?? {}
      t.ok(cpus && memory, `${name} has limits`)
      t.equal(Boolean(service.healthcheck), !tellsOtherwise.includes(name), `${name}: whether it is well`)
      t.equal(Boolean(service.ports), name === 'proxy', `${name}: who is reached from outside`)
      for (const [key, value] of Object.entries(service.environment ?? {}))
        t.ok(!/KEY|SECRET|PASSWORD|SMTP_URL|DATABASE_URL/.test(key) || key.endsWith('_FILE') || !value, key)
    }
    t.strictSame(Object.keys(services['postgres']?.networks ?? {}), ['data'])
    t.strictSame(Object.keys(services['mongo']?.networks ?? {}), ['data'])
    t.strictSame(Object.keys(services['backup']?.networks ?? {}), ['data'])
    t.strictSame(
      services['backup']?.volumes?.filter(({ read_only }) => !read_only).map(({ target }) => target),
      ['/backups'],
      'a backup writes nowhere else',
    )
    t.equal(written.networks.data.internal, true, 'where the data is nothing leads in or out')
    for (const secret of Object.values<{ file?: string }>(written.secrets)) t.ok(secret.file)
  },
)

if (isFull) {
  t.test(
    'it is built and started, serves a seller, is struck, and stops',
    { timeout: 1_200_000 },
    async t => {
      const compose = await composition()
      await up(t, compose)

      await t.test('S-51 nobody is root, and no file system is written to', async t => {
        const ids = (await compose('ps', '--quiet')).trim().split('\n')
        t.equal(ids.length, 9, 'two web, two workers, proxy, PostgreSQL, MongoDB, sandbox, mail catcher')
        for (const id of ids) {
          const name = (await docker('inspect', '--format', '{{.Name}}', id)).trim()
          t.notMatch(
            (await docker('top', id, '-o', 'pid,uid')).split('\n')[1],
            /\s0\s*$/,
            `${name}: who runs it`,
          )
          await t.rejects(docker('exec', id, 'touch', '/written'), /Read-only file system/, name)
        }
      })

      const email = 'sam@example.com'
      const add = [
        'src/people.ts',
        'add',
        email,
        '--name',
        'Sam Seller',
        '--role',
        'seller',
        '--plan',
        'monthly',
      ]
      const said = await compose('run', '--rm', 'migrate', 'node', ...add)
      const invitation = /https:\/\/localhost\/invitation\/\S+/.exec(said)?.[0] ?? ''
      const sam = await openWindow(t, 'https://localhost', { ignoreHTTPSErrors: true })
      const askInChromium = async (address: string) => {
        const page = await sam.context.newPage()
        await page.goto(address)
        const text = await page.locator('body').textContent()
        await page.close()
        return text ?? ''
      }

      await t.test('S-01 the invitation leads in, and a new password comes by mail', async t => {
        await sam.page.goto(invitation)
        await sam.page.fill('input[type=password]', 'a quiet river at dawn')
        await sam.page.keyboard.press('Enter')
        await sam.page.waitForURL(url => !url.pathname.startsWith('/invitation'))
        await sam.open('/password/forgot')
        await sam.page.fill('#email', email)
        await sam.page.keyboard.press('Enter')
        // Mailpit's, or that of the program which stands in for it.
        const latest = compose.isOnStandIns ? '/api/email' : '/api/v1/message/latest'
        const link = await eventually(async () => {
          const mails = await askInChromium(`https://mail.localhost${latest}`)
          return /https:\/\/localhost\/password\/reset\/[\w-]{43}/.exec(mails)?.[0]
        })
        await sam.page.goto(link)
        await sam.page.fill('input[type=password]', demoPassword)
        await sam.page.keyboard.press('Enter')
        await sam.page.waitForURL(url => url.pathname === '/login')
        await sam.signIn(email)
        t.equal(sam.path, '/dashboard/ads/')
      })

      await t.test('S-17 to S-25 connected, loaded by the workers, and right to the cent', async t => {
        await sam.leaveForAmazon()
        await sam.allow('us-seller')
        await sam.choose('My Brand US — Amazon.com')
        // One of each is struck while it loads: another goes on, and it comes back by itself.
        await strike(compose, 'worker')
        await strike(compose, 'web-1')
        await eventually(async () => {
          // The engine's networks come and go on the machine of this browser, which then breaks off what it was opening.
          const isOpen = await sam.open('/dashboard/ads/').then(
            () => true,
            error => {
              if (String(error).includes('ERR_NETWORK_CHANGED')) return false
              throw error
            },
          )
          return isOpen && (await sam.heading()) === 'Ads performance'
        }, 180)

        const browser = { page: { $: load(await sam.page.content()) } }
        const days = shownDays(browser)
        const truth = await truthOf('https://amazon.localhost', usSeller, days, askInChromium)
        const shown = figuresOnPage(browser, truth.minorUnits)
        t.comment(`${days.from} to ${days.to}: ${JSON.stringify(shown.totals)}`)
        t.ok(shown.totals.cost > 0)
        t.strictSame(differences(shown, truth), [])
        // It tells of each as well.
        t.strictSame(
          sam.complaints.filter(complaint => !complaint.includes('ERR_NETWORK_CHANGED')),
          [],
        )
        const ids = (await compose('ps', '--quiet', 'web-1', 'web-2', 'worker')).trim().split('\n')
        const starts = ids.map(id => docker('inspect', '--format', '{{.RestartCount}}', id))
        t.equal((await Promise.all(starts)).filter(count => Number(count) > 0).length, 2, 'both came back')
      })

      await t.test('S-54 the doctor finds nothing wrong but the name of this machine', async t => {
        // Its exit code says the same, and takes its words along.
        const doctor = ['sh', '-c', 'node src/doctor.ts --json || true']
        const lines = (await compose('run', '--rm', 'migrate', ...doctor)).trim().split('\n')
        const findings = lines.map(
          line => JSON.parse(line) as { check: string; verdict: string; says: string },
        )
        for (const { check, verdict, says } of findings) t.comment(`${verdict}: ${check}: ${says}`)
        t.ok(findings.length > 20)
        // At localhost a container finds itself, and not the proxy.
        t.strictSame(
          findings.filter(({ verdict }) => verdict === 'failed').map(({ check }) => check),
          ['public address'],
        )
      })

      await t.test('S-54 a backup is made and restored by its service', t => proveBackup(t, compose))
      await t.test('S-51 a new version takes over, and no request fails', t => proveRoll(t, compose))

      await t.test('S-51 told to stop, each hands over and ends with 0', async t => {
        const ids = (await compose('ps', '--quiet', 'web-1', 'web-2', 'worker')).trim().split('\n')
        const began = Date.now()
        await compose('stop', 'worker', 'web-1', 'web-2')
        t.comment(`stopped in ${((Date.now() - began) / 1000).toFixed(1)} s`)
        t.equal(ids.length, 4)
        for (const id of ids)
          t.equal((await docker('inspect', '--format', '{{.State.ExitCode}}', id)).trim(), '0')
      })
    },
  )
}

/** The sandbox's American seller. */
const usSeller = '8017093095374960'

/** SIGKILL to the first of them, past the engine: what that kills is not started again. */
async function strike(compose: Composition, service: string): Promise<void> {
  const [id = ''] = (await compose('ps', '--quiet', service)).trim().split('\n')
  process.kill(Number(await docker('inspect', '--format', '{{.State.Pid}}', id)), 'SIGKILL')
}

/** @throws {Error} when it does not come about. */
async function eventually<Value>(
  ask: () => Promise<Value | undefined | false>,
  seconds = 60,
): Promise<Value> {
  const end = Date.now() + seconds * 1000
  for (;;) {
    const value = await ask()
    if (value) return value
    if (Date.now() > end) throw new Error(`not within ${seconds} seconds`)
    await sleep(1000)
  }
}
