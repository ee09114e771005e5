import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { createDemoSellers } from '../../demo/sellers.ts'
import { demoPassword } from '../../src/commands/start/demo-users.ts'
import { HttpBrowser } from '../support/browser/http-browser.ts'
import { authorise, choose, signIn, waitForSync } from '../support/browser/sellers-journey.ts'
import { codeOf } from '../support/browser/staff-journey.ts'
import { doesNotMatch } from '../support/does-not-match.ts'
import { makeDataFolder } from '../support/product/data-folder.ts'
import { type RunningProduct, startRunningProduct } from '../support/product/running-product.ts'

/** Fewer sellers than scenarios, so that each scenario gets exactly one seller. */
const sellers = '1'
const demoSellers = createDemoSellers(Number(sellers), new Date())

async function signInAgent(product: RunningProduct): Promise<HttpBrowser> {
  const agent = new HttpBrowser(product.address)
  await agent.open('/admin/')
  const fields = { email: 'support@demo.test', password: demoPassword }
  await agent.submit('form[action="/admin/login"]', { fields })
  const [, key = ''] = /add the key (\w+)/.exec(product.output()) ?? []
  await agent.submit('form[action="/admin/login/code"]', { fields: { code: codeOf(key, new Date()) } })
  return agent
}

async function untilPrinted(product: RunningProduct, pattern: RegExp): Promise<void> {
  for (let waited = 0; waited < 240_000; waited += 100) {
    if (pattern.test(product.output())) return
    if (product.child.exitCode !== null) break
    await sleep(100)
  }
  throw new Error(`the product didn’t print ${pattern}:\n${product.output()}`)
}

t.test('S-40 S-42 S-50 demo sellers in every state are created once, even after a killed start', async t => {
  const folder = await makeDataFolder()
  t.teardown(() => folder.discard())
  const markerFile = join(folder.path, 'demo.making')
  const env = { DEMO_SELLERS: sellers }
  const killed = await startRunningProduct({ dataDirectory: folder.path, env })
  await untilPrinted(killed, /Demo data: [2-9]\d%/)
  await killed.stop('SIGKILL')
  t.ok(existsSync(markerFile), 'the start was killed while it created demo sellers')

  const product = await startRunningProduct({ dataDirectory: folder.path, env })
  t.teardown(() => product.stop('SIGKILL'))
  const seller = new HttpBrowser(product.address)
  await signIn(seller, 'seller@demo.test')
  await authorise(seller, 'us-seller')
  await choose(seller, 'My Brand US — Amazon.com')
  const agent = await signInAgent(product)
  t.match(agent.text, 'Creating demo sellers')
  t.equal((await waitForSync(seller)).stage, 'ready', 'a seller can connect in the meantime')
  await untilPrinted(product, /Demo data: done/)

  for (const { identity, scenario } of demoSellers) {
    await agent.open(`/admin/cases?q=${encodeURIComponent(identity.email)}`)
    const paths = agent.page.$('.cases__user').toArray()
    const cases = paths.map(link => agent.page.$(link).attr('href') ?? '')
    const diagnosed: string[] = []
    for (const path of cases) {
      await agent.open(path)
      diagnosed.push(agent.page.$('[data-cause]').first().attr('data-cause') ?? 'nothing')
    }
    t.ok(
      diagnosed.some(cause => scenario.causes.some(expected => expected === cause)),
      `${identity.email}: expected ${scenario.causes.join(' or ')}, found ${diagnosed.join(', ')}`,
    )
  }

  await agent.open('/admin/')
  doesNotMatch(
    t,
    agent.text,
    /Creating demo sellers|No worker|rejects our client/,
    'the overview shows no problem',
  )
  const demoSeller = new HttpBrowser(product.address)
  const healthy = demoSellers.find(({ scenario }) => scenario.causes.includes('healthy'))
  await signIn(demoSeller, healthy?.identity.email ?? '')
  for (const browser of [demoSeller, seller]) {
    await browser.open('/dashboard/ads/')
    t.equal(browser.page.$('table tbody th').length > 0, true, 'every seller sees their figures')
  }
  t.equal(await product.stop('SIGTERM'), 0)
  t.notOk(existsSync(markerFile), 'a later start does not create demo sellers again')
})
