import { createInterface } from 'node:readline/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { regions } from '../domain/profile/region.ts'
import { loadEnvironment, readSettings } from '../settings/settings.ts'
import { checklist } from './doctor/checklist.ts'
import { findInstallation, secretsOf } from './doctor/installation.ts'
import { runLiveChecks } from './doctor/live.ts'
import {
  type CheckResult,
  formatCheck,
  formatCheckAsJson,
  formatSummary,
  runChecks,
} from './doctor/report.ts'
import { startupErrorMessage } from './start/startup-errors.ts'

/**
 * `npm run doctor` (docs/running.md). `-- --json` prints one line of JSON per check, `-- --live` reads a real account.
 * Exits with 0 when nothing failed, 1 when something did, 2 when nothing could be checked.
 */
const usage = 'npm run doctor [-- [--json] [--live [--region na|eu|fe]]]'
const say = (stream: NodeJS.WriteStream, text: string) =>
  new Promise<void>(resolve => stream.write(`${text}\n`, () => resolve()))
let code = 2
try {
  const options = readOptions()
  if (typeof options === 'string') await say(process.stderr, `${options}\n\n${usage}`)
  else code = await run(options)
} catch (error) {
  await say(process.stderr, startupErrorMessage(error))
}
// Pending checks would keep the process alive.
process.exit(code)

/** Returns what is wrong, as text. */
function readOptions() {
  const options = {
    json: { type: 'boolean', default: false },
    live: { type: 'boolean', default: false },
    region: { type: 'string', default: 'na' },
  } as const
  try {
    const { values } = parseArgs({ options })
    const region = regions.find(one => one === values.region)
    return region ? { ...values, region } : `Unknown region: ${values.region}.`
  } catch (error) {
    return (error as Error).message
  }
}

type Options = Exclude<ReturnType<typeof readOptions>, string>

async function run({ json, live, region }: Options): Promise<number> {
  const installation = await findInstallation(readSettings(loadEnvironment()))
  const { amazon, settings } = installation
  if (!json) await say(process.stdout, `Checking ${settings.web.publicUrl.origin}\n`)
  const reporting = {
    secrets: secretsOf(installation),
    report: (result: CheckResult) =>
      void say(process.stdout, json ? formatCheckAsJson(result) : formatCheck(result)),
  }
  const all = [...(await runChecks(checklist(installation), reporting))]
  if (live && amazon) {
    const terminal = createInterface({ input: process.stdin, output: process.stderr })
    const ask = (text: string) => terminal.question(`\n${text}`)
    all.push(...(await runLiveChecks(amazon, { ...reporting, region, ask })))
    terminal.close()
  }
  if (!json) await say(process.stdout, `\n${formatSummary(all)}`)
  // Don't wait for a connection that hangs.
  await Promise.race([installation.close(), sleep(1000)])
  return all.some(({ finding }) => finding.verdict === 'failed') ? 1 : 0
}
