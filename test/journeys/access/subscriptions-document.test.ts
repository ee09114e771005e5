/** Runs the examples of docs/subscriptions.md. */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { startTestProduct, type TestProduct } from '../../support/product/test-product.ts'
import { newWebhookSecret } from '../../support/servers/billing-system.ts'

const text = readFileSync(join(import.meta.dirname, '../../../docs/subscriptions.md'), 'utf8')
const example = (language: string): string => {
  const [, code = ''] = new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 's').exec(text) ?? []
  if (!code) throw new Error(`the document has no example in ${language}`)
  return code
}
const path = '/webhooks/subscriptions'

async function createSam({ newUser, query }: TestProduct): Promise<string> {
  const { id } = await newUser('seller', null)
  await query('update app_user set email = $2 where id = $1', [id, 'sam@example.com'])
  return id
}

t.test('S-03 the document’s program signs an event that the webhook accepts', async t => {
  const secret = newWebhookSecret()
  const product = await startTestProduct(t, { env: { SUBSCRIPTION_WEBHOOK_SECRETS: secret } })
  const id = await createSam(product)
  const folder = await mkdtemp(join(tmpdir(), '1smart-document-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  const program = join(folder, 'example.mjs')
  await writeFile(program, example('js'))
  const env = {
    ...process.env,
    NODE_OPTIONS: '',
    ADS_WEBHOOK_URL: new URL(path, product.address).href,
    ADS_WEBHOOK_SECRET: secret,
  }

  const { stdout } = await promisify(execFile)(process.execPath, [program], { env })

  t.equal(stdout, '204\n')
  t.match(await product.query('select plan from subscription where user_id = $1', [id]), [
    { plan: 'monthly' },
  ])
})

t.test('S-03 the document’s example request is valid only unmodified and at its own time', async t => {
  const [, secret = ''] = /`(whsec_[A-Za-z0-9+/=]{30,})`/.exec(text) ?? []
  const product = await startTestProduct(t, { worker: true, env: { SUBSCRIPTION_WEBHOOK_SECRETS: secret } })
  const id = await createSam(product)
  const curl = example('sh')
  t.match(curl, path)
  const headers = [...curl.matchAll(/-H '([^:]+): ([^']+)'/g)].map(
    ([, name = '', value = '']) => [name, value] as [string, string],
  )
  const [, body = ''] = /--data-raw '(.*)'\n/.exec(curl) ?? []
  const post = async (body: string) => {
    const url = new URL(path, product.address)
    return (await fetch(url, { method: 'POST', headers, body })).status
  }
  t.equal(headers.length, 4)
  t.equal(await post(body), 401, 'the request is too old')
  product.clock.advance(Date.parse('2026-05-12T12:00:00Z') - product.clock.now().getTime())

  t.equal(await post(body.replace('annual', 'monthly')), 401)
  t.equal(await post(body), 204)
  t.strictSame(await product.query('select plan, ends_at from subscription where user_id = $1', [id]), [
    { plan: 'annual', ends_at: new Date('2027-05-12T00:00:00Z') },
  ])
  t.same(
    JSON.parse(example('json')),
    JSON.parse(body),
    'the request body is the event that the document shows',
  )
})

t.test('the limits in the document match the code', async t => {
  const source = readFileSync(
    join(import.meta.dirname, '../../../src/adapters/fastify/subscription-routes.ts'),
    'utf8',
  )

  t.match(source, 'max: 1500')
  t.match(text, 'more than 1,500 requests a minute')
  t.match(source, '16 * 1024')
  t.match(text, 'more than 16 KiB')
})
