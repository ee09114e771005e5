import { setTimeout as sleep } from 'node:timers/promises'
import { checklist } from './doctor/checklist.ts'
import { examine } from './doctor/examine.ts'
import { findInstallation, secretsOf } from './doctor/installation.ts'
import { jsonLineOf, lineOf, summaryOf } from './doctor/report.ts'
import { loadEnvironment, readSettings } from './settings.ts'
import { sentenceOf } from './start/refusals.ts'

/**
 * `npm run doctor`: checks an installation without changing anything (docs/running.md). `-- --json` prints one line of
 * JSON per check.
 * Exits with 0 when nothing failed, 1 when something did, 2 when nothing could be checked.
 */
const words = process.argv.slice(2)
const isJson = words.includes('--json')
const misused = words.find(word => word !== '--json')
const say = (stream: NodeJS.WriteStream, text: string) =>
  new Promise<void>(resolve => stream.write(`${text}\n`, () => resolve()))
let code = 2
try {
  if (misused === undefined) code = await run()
  else await say(process.stderr, `Unknown argument: ${misused}.\n\nnpm run doctor [-- --json]`)
} catch (error) {
  await say(process.stderr, sentenceOf(error))
}
// Pending checks would keep the process alive.
process.exit(code)

async function run(): Promise<number> {
  const installation = await findInstallation(readSettings(loadEnvironment()))
  if (!isJson) await say(process.stdout, `Checking ${installation.settings.web.publicUrl.origin}\n`)
  const all = await examine(checklist(installation), {
    secrets: secretsOf(installation),
    tell: examined => void say(process.stdout, isJson ? jsonLineOf(examined) : lineOf(examined)),
  })
  if (!isJson) await say(process.stdout, `\n${summaryOf(all)}`)
  // Close connections properly, so that servers don't log errors; don't wait for one that hangs.
  await Promise.race([installation.close(), sleep(1000)])
  return all.some(({ finding }) => finding.verdict === 'failed') ? 1 : 0
}
