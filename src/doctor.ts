import { setTimeout as sleep } from 'node:timers/promises'
import { checklist } from './doctor/checklist.ts'
import { examine } from './doctor/examine.ts'
import { findInstallation, secretsOf } from './doctor/installation.ts'
import { jsonLineOf, lineOf, summaryOf } from './doctor/report.ts'
import { loadEnvironment, readSettings } from './settings.ts'
import { sentenceOf } from './start/refusals.ts'

/**
 * `npm run doctor`: whether what production needs is there, asked of what runs, with the settings of the product; it changes
 * nothing (docs/running.md). `-- --json` prints a line of JSON for each check. It ends with 0 when nothing failed, with 1
 * when something did, and with 2 when nothing could be asked.
 */
const words = process.argv.slice(2)
const isJson = words.includes('--json')
const misused = words.find(word => word !== '--json')
const say = (stream: NodeJS.WriteStream, text: string) =>
  new Promise<void>(resolve => stream.write(`${text}\n`, () => resolve()))
let code = 2
try {
  if (misused === undefined) code = await run()
  else await say(process.stderr, `${misused} is not understood.\n\nnpm run doctor [-- --json]`)
} catch (error) {
  await say(process.stderr, sentenceOf(error))
}
// What hangs would else keep the process.
process.exit(code)

async function run(): Promise<number> {
  const installation = await findInstallation(readSettings(loadEnvironment()))
  if (!isJson) await say(process.stdout, `The checklist of ${installation.settings.web.publicUrl.origin}\n`)
  const all = await examine(checklist(installation), {
    secrets: secretsOf(installation),
    tell: examined => void say(process.stdout, isJson ? jsonLineOf(examined) : lineOf(examined)),
  })
  if (!isJson) await say(process.stdout, `\n${summaryOf(all)}`)
  // A server that is left without a farewell may log it; one that hangs is.
  await Promise.race([installation.close(), sleep(1000)])
  return all.some(({ finding }) => finding.verdict === 'failed') ? 1 : 0
}
