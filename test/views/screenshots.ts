/**
 * Takes every sample page at four sizes, dark, with forced colours and printed.
 * `node test/views/screenshots.ts FOLDER [PART-OF-A-NAME]`
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type BrowserContextOptions, chromium } from 'playwright-core'
import { horizontalOverflow } from '../support/browser/axe.ts'
import { findChromium } from '../support/runner/chromium.ts'
import { samples } from './samples.ts'
import { servePages } from './serve.ts'

const [folder, part = ''] = process.argv.slice(2)
if (!folder) throw new Error('Name a folder for the screenshots: node test/views/screenshots.ts FOLDER')
mkdirSync(folder, { recursive: true })

interface Look extends Pick<BrowserContextOptions, 'colorScheme' | 'forcedColors'> {
  readonly name: string
  readonly viewport: { readonly width: number; readonly height: number }
  readonly media?: 'print'
}

const wide = { width: 1280, height: 860 }
const looks: readonly Look[] = [
  { name: 'wide', viewport: wide },
  { name: 'tablet', viewport: { width: 768, height: 1024 } },
  { name: 'phone', viewport: { width: 390, height: 844 } },
  { name: 'small', viewport: { width: 320, height: 640 } },
  { name: 'dark', viewport: wide, colorScheme: 'dark' },
  { name: 'forced', viewport: wide, forcedColors: 'active' },
  // A4 at 96 dpi, without margins.
  { name: 'print', viewport: { width: 718, height: 1047 }, media: 'print' },
]

const print = (line: string) => process.stdout.write(`${line}\n`)

const found = await findChromium(print)
if ('missing' in found) throw new Error(found.missing)
const site = await servePages()
const browser = await chromium.launch({
  executablePath: found.path,
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
})
// `waiting-quick` polls every second, for the behaviour tests.
const selected = samples.filter(({ name }) => name.includes(part) && name !== 'waiting-quick')
let problems = 0

for (const look of looks) {
  const { name: _, media, ...options } = look
  const context = await browser.newContext({ colorScheme: 'light', ...options })
  for (const sample of selected) {
    const page = await context.newPage()
    if (media) await page.emulateMedia({ media })
    const errors: string[] = []
    page.on('console', message => {
      if (message.type() === 'error') errors.push(message.text())
    })
    page.on('pageerror', error => errors.push(error.message))
    await page.goto(`${site.address}/pages/${sample.name}`, { waitUntil: 'networkidle' })
    // Reported before the screenshot, because taking one adds styles, which the policy rejects.
    for (const error of errors.splice(0)) {
      problems += 1
      print(`${look.name} ${sample.name}: ${error}`)
    }
    await page.screenshot({ path: join(folder, `${sample.name}.${look.name}.png`), fullPage: true })
    const overflow = await horizontalOverflow(page)
    if (overflow > 0) {
      problems += 1
      print(`${look.name} ${sample.name}: ${overflow} px wider than the window`)
    }
    await page.close()
  }
  await context.close()
}

await browser.close()
await site.close()
print(`${selected.length} pages, ${problems} problems`)
process.exitCode = problems ? 1 : 0
