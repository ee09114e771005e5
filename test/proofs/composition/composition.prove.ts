/**
 * S-51 S-54: checks the composition's files. A full run also builds and starts the composition, walks through it in
 * Chromium, kills processes and stops it.
 */

import { execFile } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { load } from 'cheerio'
import t from 'tap'
import { demoPassword } from '../../../src/commands/start/demo-users.ts'
import { openWindow } from '../../support/browser/chromium-browser.ts'
import {
  figuresOnPage,
  mismatches,
  readSandboxTotals,
  shownDays,
} from '../../support/browser/sellers-journey.ts'
import { proveBackup } from './backup.ts'
import { type Composition, docker, prepareComposition, startComposition } from './compose.ts'
import { proveRoll } from './roll.ts'

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

/** The image has its own health check, or the exit code shows the result. */
const withoutHealthCheck = ['backup', 'migrate', 'mail']

t.test(
  'S-54 every composed service is restricted, and the composition contains no secret',
  { skip: hasDocker ? false : 'needs a container engine with docker compose' },
  async t => {
    const args = [
      'compose',
      '--env-file',
      'deploy/development.env',
      '--profile',
      'development',
      '--profile',
      'backup',
    ]
    const configuration = JSON.parse(await docker(...args, 'config', '--format', 'json'))
    const services: Readonly<Record<string, Service>> = configuration.services

    t.strictSame(Object.keys(services).sort(), [
      ...['backup', 'mail', 'migrate', 'mongo', 'postgres', 'proxy', 'sandbox', 'web-1', 'web-2', 'worker'],
    ])
    for (const [name, service] of Object.entries(services)) {
      t.equal(service.read_only, true, `${name} has a read-only file system`)
      t.strictSame(service.cap_drop, ['ALL'], `${name} has no capabilities`)
      t.strictSame(service.security_opt, ['no-new-privileges:true'], `${name} gains no privileges`)
      t.notOk(service.privileged, name)
      t.ok(service.user ? !/^(0|root)\b/.test(service.user) : service.build, `${name} does not run as root`)
      const { cpus, memory } = service.deploy?.resources?.limits ?? {}
      t.ok(cpus && memory, `${name} has limits`)
      t.equal(Boolean(service.healthcheck), !withoutHealthCheck.includes(name), `${name}: has a health check`)
      t.equal(Boolean(service.ports), name === 'proxy', `${name}: only the proxy publishes ports`)
      for (const [key, value] of Object.entries(service.environment ?? {}))
        t.ok(!/KEY|SECRET|PASSWORD|SMTP_URL|DATABASE_URL/.test(key) || key.endsWith('_FILE') || !value, key)
    }
    t.strictSame(Object.keys(services['postgres']?.networks ?? {}), ['data'])
    t.strictSame(Object.keys(services['mongo']?.networks ?? {}), ['data'])
    t.strictSame(Object.keys(services['backup']?.networks ?? {}), ['data'])
    t.strictSame(
      services['backup']?.volumes?.filter(({ read_only }) => !read_only).map(({ target }) => target),
      ['/backups'],
      'a backup is written only to its volume',
    )
    t.equal(configuration.networks.data.internal, true, 'the data network is internal')
    for (const secret of Object.values<{ file?: string }>(configuration.secrets)) t.ok(secret.file)
  },
)

if (isFull) {
  t.test(
    'the composition starts, serves a seller, survives kills and stops',
    { timeout: 1_200_000 },
    async t => {
      const compose = await prepareComposition()
      await startComposition(t, compose)

      await t.test('S-51 no process runs as root, and no file system is writable', async t => {
        const ids = (await compose('ps', '--quiet')).trim().split('\n')
        t.equal(ids.length, 9, 'two web, two workers, proxy, PostgreSQL, MongoDB, sandbox, mail catcher')
        for (const id of ids) {
          const name = (await docker('inspect', '--format', '{{.Name}}', id)).trim()
          t.notMatch(
            (await docker('top', id, '-o', 'pid,uid')).split('\n')[1],
            /\s0\s*$/,
            `${name} does not run as root`,
          )
          await t.rejects(docker('exec', id, 'touch', '/written'), /Read-only file system/, name)
        }
      })

      const email = 'sam@example.com'
      const addSeller = [
        'src/commands/users.ts',
        'add',
        email,
        '--name',
        'Sam Seller',
        '--role',
        'seller',
        '--plan',
        'monthly',
      ]
      const output = await compose('run', '--rm', 'migrate', 'node', ...addSeller)
      const invitation = /https:\/\/localhost\/invitation\/\S+/.exec(output)?.[0] ?? ''
      const sam = await openWindow(t, 'https://localhost', { ignoreHTTPSErrors: true })
      const readInChromium = async (address: string) => {
        const page = await sam.context.newPage()
        await page.goto(address)
        const text = await page.locator('body').textContent()
        await page.close()
        return text ?? ''
      }

      await t.test('S-01 an invited seller signs in, and a password reset arrives by email', async t => {
        await sam.page.goto(invitation)
        await sam.page.fill('input[type=password]', 'a quiet river at dawn')
        await sam.page.keyboard.press('Enter')
        await sam.page.waitForURL(url => !url.pathname.startsWith('/invitation'))
        await sam.open('/password/forgot')
        await sam.page.fill('#email', email)
        await sam.page.keyboard.press('Enter')
        // The path in Mailpit’s API, or in its stand-in’s.
        const emailPath = compose.usesStandIns ? '/api/email' : '/api/v1/message/latest'
        const link = await eventually(async () => {
          const emails = await readInChromium(`https://mail.localhost${emailPath}`)
          return /https:\/\/localhost\/password\/reset\/[\w-]{43}/.exec(emails)?.[0]
        })
        await sam.page.goto(link)
        await sam.page.fill('input[type=password]', demoPassword)
        await sam.page.keyboard.press('Enter')
        await sam.page.waitForURL(url => url.pathname === '/login')
        await sam.signIn(email)
        t.equal(sam.path, '/dashboard/ads/')
      })

      await t.test('S-17 to S-25 a seller connects and sees figures that equal Amazon’s', async t => {
        await sam.leaveForAmazon()
        await sam.allow('us-seller')
        await sam.choose('My Brand US — Amazon.com')
        // One worker and one web server are killed during a load: the others continue, and the killed ones restart.
        await killService(compose, 'worker')
        await killService(compose, 'web-1')
        await eventually(async () => {
          // The engine's networks appear and disappear on this machine, and the browser aborts requests when they do.
          const hasOpened = await sam.open('/dashboard/ads/').then(
            () => true,
            error => {
              if (String(error).includes('ERR_NETWORK_CHANGED')) return false
              throw error
            },
          )
          return hasOpened && (await sam.heading()) === 'Ads performance'
        }, 180)

        const browser = { page: { $: load(await sam.page.content()) } }
        const days = shownDays(browser)
        const expected = await readSandboxTotals('https://amazon.localhost', usSeller, days, readInChromium)
        const shown = figuresOnPage(browser, expected.minorUnits)
        t.comment(`${days.from} to ${days.to}: ${JSON.stringify(shown.totals)}`)
        t.ok(shown.totals.cost > 0)
        t.strictSame(mismatches(shown, expected), [])
        // The browser also logs each network change as an error.
        t.strictSame(
          sam.browserErrors.filter(complaint => !complaint.includes('ERR_NETWORK_CHANGED')),
          [],
        )
        const ids = (await compose('ps', '--quiet', 'web-1', 'web-2', 'worker')).trim().split('\n')
        const restartCounts = ids.map(id => docker('inspect', '--format', '{{.RestartCount}}', id))
        const restarted = (await Promise.all(restartCounts)).filter(count => Number(count) > 0)
        t.equal(restarted.length, 2, 'both restarted')
      })

      await t.test('S-54 only the doctor’s check of the public address fails', async t => {
        // The JSON reports the result too, and a non-zero exit code would lose the output.
        const doctor = ['sh', '-c', 'node src/commands/doctor.ts --json || true']
        const lines = (await compose('run', '--rm', 'migrate', ...doctor)).trim().split('\n')
        const findings = lines.map(
          line => JSON.parse(line) as { check: string; verdict: string; message: string },
        )
        for (const { check, verdict, message } of findings) t.comment(`${verdict}: ${check}: ${message}`)
        t.equal(findings.length, 12)
        // In a container, localhost is the container and not the proxy.
        t.strictSame(
          findings.filter(({ verdict }) => verdict === 'failed').map(({ check }) => check),
          ['public address'],
        )
      })

      await t.test('S-54 the backup service creates and restores a backup', t => proveBackup(t, compose))
      await t.test('S-51 a new version takes over without a failed request', t => proveRoll(t, compose))

      await t.test('S-51 each process hands over its work and exits with 0 when stopped', async t => {
        const ids = (await compose('ps', '--quiet', 'web-1', 'web-2', 'worker')).trim().split('\n')
        const stopStartedAt = Date.now()
        await compose('stop', 'worker', 'web-1', 'web-2')
        t.comment(`stopped in ${((Date.now() - stopStartedAt) / 1000).toFixed(1)} s`)
        t.equal(ids.length, 4)
        for (const id of ids)
          t.equal((await docker('inspect', '--format', '{{.State.ExitCode}}', id)).trim(), '0')
      })
    },
  )
}

const usSeller = '8017093095374960'

/** Kills the service's first process directly: the engine doesn't restart what was stopped through it. */
async function killService(compose: Composition, service: string): Promise<void> {
  const [id = ''] = (await compose('ps', '--quiet', service)).trim().split('\n')
  process.kill(Number(await docker('inspect', '--format', '{{.State.Pid}}', id)), 'SIGKILL')
}

/** Polls until there is a value. @throws {Error} when there is none in time. */
async function eventually<Value>(
  read: () => Promise<Value | undefined | false>,
  seconds = 60,
): Promise<Value> {
  const end = Date.now() + seconds * 1000
  for (;;) {
    const value = await read()
    if (value) return value
    if (Date.now() > end) throw new Error(`not within ${seconds} seconds`)
    await sleep(1000)
  }
}
