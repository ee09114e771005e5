import { setTimeout as sleep } from 'node:timers/promises'
import { loadEnvironment, readSettings } from '../settings/settings.ts'
import { checklist } from './doctor/checklist.ts'
import { findInstallation, secretsOf } from './doctor/installation.ts'
import { formatCheck, formatCheckAsJson, formatSummary, runChecks } from './doctor/report.ts'
import { startupErrorMessage } from './start/startup-errors.ts'

/**
 * `npm run doctor` (docs/running.md). `-- --json` prints one line of JSON per check.
 * Exits with 0 when nothing failed, 1 when something did, 2 when nothing could be checked.
 */
const args = process.argv.slice(2)
const isJson = args.includes('--json')
const unknownArgument = args.find(word => word !== '--json')
const say = (stream: NodeJS.WriteStream, text: string) =>
  new Promise<void>(resolve => stream.write(`${text}\n`, () => resolve()))
let code = 2
try {
  if (unknownArgument === undefined) code = await run()
  else await say(process.stderr, `Unknown argument: ${unknownArgument}.\n\nnpm run doctor [-- --json]`)
} catch (error) {
  await say(process.stderr, startupErrorMessage(error))
}
// Pending checks would keep the process alive.
process.exit(code)

async function run(): Promise<number> {
  const installation = await findInstallation(readSettings(loadEnvironment()))
  if (!isJson) await say(process.stdout, `Checking ${installation.settings.web.publicUrl.origin}\n`)
  const all = await runChecks(checklist(installation), {
    secrets: secretsOf(installation),
    report: result => void say(process.stdout, isJson ? formatCheckAsJson(result) : formatCheck(result)),
  })
  if (!isJson) await say(process.stdout, `\n${formatSummary(all)}`)
  // Don't wait for a connection that hangs.
  await Promise.race([installation.close(), sleep(1000)])
  return all.some(({ finding }) => finding.verdict === 'failed') ? 1 : 0
}
