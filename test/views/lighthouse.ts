/**
 * Runs Lighthouse on the main sample pages. It isn't a dependency (200 packages): install it anywhere.
 * `LIGHTHOUSE=…/lighthouse/cli/index.js node test/views/lighthouse.ts`
 */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { servePages } from './serve.ts'

const lighthouse = process.env['LIGHTHOUSE']
if (!lighthouse) throw new Error('Set LIGHTHOUSE to the path of lighthouse/cli/index.js')

const pages = [
  'sign-in',
  'welcome',
  'waiting-generating',
  'dashboard',
  'table-campaigns',
  'account',
  'settings',
]
const execute = promisify(execFile)
const environment = { CHROME_PATH: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium', ...process.env }

interface LighthouseResult {
  readonly categories: Readonly<Record<string, { readonly title: string; readonly score: number | null }>>
}

async function runLighthouse(address: string): Promise<LighthouseResult> {
  const args = [
    lighthouse ?? '',
    address,
    '--quiet',
    '--output=json',
    '--preset=desktop',
    // Every page asks search engines not to index it.
    '--skip-audits=is-crawlable',
    '--chrome-flags=--headless=new --no-sandbox --disable-gpu',
  ]
  const { stdout } = await execute(process.execPath, args, { env: environment, maxBuffer: 64 * 1024 * 1024 })
  return JSON.parse(stdout) as LighthouseResult
}

const site = await servePages()
for (const page of pages) {
  const { categories } = await runLighthouse(`${site.address}/pages/${page}`)
  const scores = Object.values(categories).map(({ title, score }) => ({
    title,
    score: Math.round((score ?? 0) * 100),
  }))
  if (scores.some(({ score }) => score < 100)) process.exitCode = 1
  process.stdout.write(`${page}: ${scores.map(({ title, score }) => `${title} ${score}`).join(', ')}\n`)
}
await site.close()
