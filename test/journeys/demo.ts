import { walkSellersJourney } from '../support/browser/sellers-journey.ts'
import { makeDataFolder } from '../support/product/data-folder.ts'
import { startRunningProduct } from '../support/product/running-product.ts'

/**
 * `npm run demo -- --headless`: a seller from sign-in to figures, over real HTTP, on the product that `npm start` runs.
 * Fails unless the figures equal the sandbox's. With `--one-cent-more`, the sandbox serves a wrong cent: it must fail.
 */
const print = (line: string) => process.stdout.write(`${line}\n`)

if (!process.argv.includes('--headless')) {
  print('Run it as: npm run demo -- --headless')
  print('To try it yourself: npm start')
  process.exit(2)
}

const folder = await makeDataFolder()
let product: Awaited<ReturnType<typeof startRunningProduct>> | null = null
try {
  product = await startRunningProduct({ dataDirectory: folder.path })
  print(`started on ${product.address}, with a separate database and sandbox`)
  if (process.argv.includes('--one-cent-more')) await serveOneCentMore(product.sandboxUrl)
  const mismatches = await walkSellersJourney({
    address: product.address,
    sandboxUrl: product.sandboxUrl,
    email: 'seller@demo.test',
    amazonUser: 'us-seller',
    profile: 'My Brand US — Amazon.com',
    log: print,
  })
  if (mismatches.length === 0)
    print('The figures on the dashboard equal what Amazon’s files say, to the cent.')
  else print(`The figures differ:\n${mismatches.map(difference => `  ${difference}`).join('\n')}`)
  process.exitCode = mismatches.length === 0 ? 0 : 1
} catch (error) {
  print(`The demo failed: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
} finally {
  await product?.stop()
  await folder.discard()
}

async function serveOneCentMore(sandboxUrl: string): Promise<void> {
  const day = new Date(Date.now() - 10 * 86_400_000).toISOString().slice(0, 10)
  const extraCent = { profileId: '8017093095374960', reportType: 'spCampaigns', day }
  const response = await fetch(`${sandboxUrl}/sandbox/switches`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ extraCent }),
  })
  if (!response.ok) throw new Error(`the sandbox rejected the switch: ${response.status}`)
}
