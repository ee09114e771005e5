/** S-51: processes are restarted one after the other while users work, and no request fails. */
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { HttpBrowser } from '../support/browser/http-browser.ts'
import { signIn } from '../support/browser/sellers-journey.ts'
import { startLoadBalancer } from './outages/load-balancer.ts'
import { startSite } from './outages/site.ts'
import { repetitions } from './repetitions.ts'

const isFull = process.env['PROVE'] === 'full'
const { count: restarts } = repetitions(1, 20)
const { count: connections } = repetitions(6, 200)

t.test(
  `S-20 S-51 restarting every process ${restarts} times while ${connections} accounts connect loses no request and no work`,
  async t => {
    const site = await startSite(t, {
      webs: 2,
      workers: 2,
      sandbox: { generationSeconds: { min: 1, max: 3 } },
    })
    const webs = site.processes.filter(({ kind }) => kind === 'web')
    const workers = site.processes.filter(({ kind }) => kind === 'worker')
    const { port } = await startLoadBalancer(
      t,
      webs.map(web => web.port),
    )
    const stopVisiting = new AbortController()
    const users = await Promise.all(Array.from({ length: 4 }, () => site.product.newUser()))
    const visiting = users.map(({ email }) => visit(`http://localhost:${port}`, email, stopVisiting.signal))
    const connectAccounts = async () => {
      for (let made = 0; made < connections; made += 1) {
        await site.connect()
        await sleep(isFull ? 1000 : 3000)
      }
    }
    const restartProcesses = async () => {
      for (let round = 0; round < restarts; round += 1) {
        for (const process of webs.flatMap((web, at) => [web, ...workers.slice(at, at + 1)])) {
          const began = Date.now()
          t.equal(await site.stop(process), 0, `a ${process.kind} exits with 0`)
          t.ok(Date.now() - began < 20_000, 'the process stops within its grace period')
          const stopSeconds = (Date.now() - began) / 1000
          await site.start(process)
          const startSeconds = (Date.now() - began) / 1000 - stopSeconds
          t.comment(
            `${process.kind}: stopped in ${stopSeconds.toFixed(1)} s, started in ${startSeconds.toFixed(1)} s`,
          )
        }
      }
    }
    const work = Promise.all([connectAccounts(), restartProcesses()]).finally(() => stopVisiting.abort())
    const [visits] = await Promise.all([Promise.all(visiting).then(all => all.flat()), work])

    const lost = visits.filter(answer => !/^\/(dashboard|healthz).* 200$/.test(answer))
    t.comment(`${visits.length} requests, ${lost.length} lost`)
    t.ok(visits.length > 50)
    t.strictSame(lost, [], 'no request is dropped')
    await site.untilFinished(isFull ? 600 : 120)
    t.strictSame(await site.findMismatches(), [], 'no work is lost, doubled or wrong')
  },
)

async function visit(address: string, email: string, signal: AbortSignal): Promise<string[]> {
  const browser = new HttpBrowser(address)
  await signIn(browser, email)
  const answers: string[] = []
  while (!signal.aborted) {
    for (const path of ['/dashboard/ads/', '/dashboard/settings', '/healthz']) {
      const answer = await browser.request(path)
      answers.push(`${path} ${answer.status}`)
      await answer.text()
    }
    answers.push(await sendForm(browser).catch(error => String(error)))
  }
  return answers
}

async function sendForm(browser: HttpBrowser): Promise<string> {
  const { status } = await browser.open('/dashboard/settings')
  if (status !== 200) return `the settings page returns ${status}: ${browser.text.slice(0, 200)}`
  const { status: formStatus, url } = await browser.submit('form[action="/dashboard/settings/mail"]')
  return `${url.pathname} ${formStatus}`
}
