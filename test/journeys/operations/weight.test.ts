import t from 'tap'
import { browserTest } from '../../support/browser/chromium-browser.ts'
import { startTestProduct } from '../../support/product/test-product.ts'
import { aLoadedSeller, aSeller, signInWithBrowser } from '../users.ts'

const kilobyte = 1024

browserTest(t, 'S-28 a first visit to the dashboard weighs 60 KB at most, its scripts 12 KB', async t => {
  const product = await startTestProduct(t, { worker: true })
  const { email } = await aLoadedSeller(product)
  const { seller } = await signInWithBrowser(t, product, email)

  const devTools = await seller.context.newCDPSession(seller.page)
  await devTools.send('Network.enable')
  await devTools.send('Network.clearBrowserCache')
  const [weights, scripts] = [new Map<string, number>(), new Set<string>()]
  devTools.on('Network.responseReceived', ({ requestId, type }) => {
    if (type === 'Script') scripts.add(requestId)
  })
  devTools.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    weights.set(requestId, encodedDataLength)
  })
  await seller.page.goto(`${product.address}/dashboard/ads/`, { waitUntil: 'networkidle' })

  t.equal(await seller.heading(), 'Ads performance')
  const sum = (requestIds: Iterable<string>) =>
    [...requestIds].reduce((total, id) => total + (weights.get(id) ?? 0), 0)
  const [totalBytes, scriptBytes] = [sum(weights.keys()), sum(scripts)]
  t.comment(
    `${weights.size} responses, ${Math.round(totalBytes / 100) / 10} kB; scripts: ${Math.round(scriptBytes / 100) / 10} kB`,
  )
  t.ok(weights.size > 20, 'the page, styles, scripts and flag image are counted')
  t.ok(totalBytes <= 60 * kilobyte, `${totalBytes} bytes`)
  t.ok(scriptBytes > 0 && scriptBytes <= 12 * kilobyte, `${scriptBytes} bytes of scripts`)
})

t.test('pages with secrets are sent uncompressed, and the dashboard is compressed', async t => {
  const product = await startTestProduct(t)
  const { seller } = await aSeller(product)
  const cookie = await seller.cookies()
  const encodingOf = async (path: string) => {
    const response = await fetch(new URL(path, product.address), {
      headers: { cookie, 'accept-encoding': 'br' },
    })
    t.equal(response.status, 200, path)
    return response.headers.get('content-encoding')
  }
  for (const path of ['/dashboard/ads/', '/assets/styles/tokens.css'])
    t.equal(await encodingOf(path), 'br', path)
  for (const path of ['/admin/login', '/password/forgot', '/dashboard/settings'])
    t.equal(await encodingOf(path), null, path)
})
