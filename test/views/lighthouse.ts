/**
 * Runs Lighthouse on the main sample pages. It isn't a dependency (200 packages): install it anywhere.
 * `LIGHTHOUSE=…/lighthouse/cli/index.js node test/views/lighthouse.ts`
 */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { servePages } from './serve.ts'

const lighthouse = process.env['LIGHTHOUSE']
if (!lighthouse) throw new Error('LIGHTHOUSE has to say where lighthouse/cli/index.js is')

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

interface Verdict {
  readonly categories: Readonly<Record<string, { readonly title: string; readonly score: number | null }>>
}

async function runLighthouse(address: string): Promise<Verdict> {
  const args = [
    lighthouse ?? '',
    address,
    '--quiet',
    '--output=json',
    '--preset=desktop',
    // No page is for search engines, and every page says so.
    '--skip-audits=is-crawlable',
    '--chrome-flags=--headless=new --no-sandbox --disable-gpu',
  ]
  const { stdout } = await execute(process.execPath, args, { env: environment, maxBuffer: 64 * 1024 * 1024 })
  return JSON.parse(stdout) as Verdict
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
