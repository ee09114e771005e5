import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { authorise, choose, signIn, waitForSync } from '../../support/browser/sellers-journey.ts'
import { startTestProduct } from '../../support/product/test-product.ts'
import { assertNoSecret } from '../../support/runner/output-scan.ts'

interface SentSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly attributes: readonly { readonly key: string; readonly value: { readonly stringValue?: string } }[]
}

async function aCollector(t: Test) {
  const bodies: string[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    if (request.url === '/v1/traces') bodies.push(Buffer.concat(chunks).toString('utf8'))
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const spans = (): SentSpan[] =>
    bodies.flatMap(body =>
      JSON.parse(body).resourceSpans.flatMap((resource: { scopeSpans: { spans: SentSpan[] }[] }) =>
        resource.scopeSpans.flatMap(scope => scope.spans),
      ),
    )
  const { port } = server.address() as AddressInfo
  return { address: `http://127.0.0.1:${port}`, spans, text: () => bodies.join('\n') }
}

const attributeOf = (span: SentSpan | undefined, key: string): string | undefined =>
  span?.attributes.find(attribute => attribute.key === key)?.value.stringValue

t.test('S-52 a trace links the click with the calls behind it and contains no secret', async t => {
  const collector = await aCollector(t)
  const product = await startTestProduct(t, {
    worker: true,
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.address },
  })
  const { email, id: userId } = await product.newUser()
  const browser = product.browser()
  await signIn(browser, email)
  await authorise(browser, 'us-seller')
  await choose(browser, 'My Brand US')
  await waitForSync(browser)
  const [run] = await product.query<{ id: string; correlation_id: string }>(
    'select id, correlation_id from sync_run',
  )
  await product.product.stop()

  const traceId = run?.correlation_id.replaceAll('-', '')
  const traceSpans = collector.spans().filter(span => span.traceId === traceId)
  const click = traceSpans.find(({ name }) => name === 'POST /dashboard/ads/choose')
  t.ok(click, 'the click has a span')
  t.notOk(click?.parentSpanId)
  const steps = traceSpans.filter(({ name }) => name.startsWith('step '))
  t.ok(steps.length > 0, 'the steps of the run’s reports have spans')
  t.ok(steps.every(({ parentSpanId }) => parentSpanId === click?.spanId))
  t.equal(attributeOf(steps[0], 'ads.sync_run_id'), run?.id)
  const reportRequest = traceSpans.find(({ name }) => name === 'amazon report_request')
  t.ok(
    steps.some(({ spanId }) => spanId === reportRequest?.parentSpanId),
    'each call is below its step',
  )
  t.equal(attributeOf(reportRequest, 'ads.outcome'), 'ok')
  t.ok(
    collector.spans().some(({ name }) => name === 'amazon token_exchange'),
    'interactive calls have spans too',
  )

  assertNoSecret(collector.text(), 'the traces')
  for (const identifier of [email, userId, 'us-seller', 'My Brand'])
    t.notMatch(collector.text(), identifier, 'no user is named')
})

t.test(
  'S-52 no module imports tracing packages statically, so none is loaded without the setting',
  async t => {
    const { readdir, readFile } = await import('node:fs/promises')
    const folder = new URL('../../../src/', import.meta.url)
    const names = (await readdir(folder, { recursive: true })).filter(name => name.endsWith('.ts'))
    const sources = await Promise.all(names.map(name => readFile(new URL(name, folder), 'utf8')))

    const staticImport = /^import (?!type)[^;]*? from '@opentelemetry/m
    t.ok(names.length > 300)
    t.strictSame(
      names.filter((_, index) => staticImport.test(sources[index] ?? '')),
      [],
    )
    t.match("import { trace } from '@opentelemetry/api'", staticImport)
  },
)
