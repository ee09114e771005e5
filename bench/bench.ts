import { fork } from 'node:child_process'
import { once } from 'node:events'
import { benchConsole } from './console/console.ts'
import { benchDiagnosis } from './diagnosis/diagnosis.ts'
import { benchExport } from './export/export.ts'
import { benchFleet } from './fleet/fleet.ts'
import { benchIngest } from './ingest/ingest.ts'
import { benchLayout } from './layout/layout.ts'
import { formatNumber, linesOf, type Measure, tableOf } from './measures.ts'
import { benchMemory } from './memory/memory.ts'
import { benchMornings } from './mornings/mornings.ts'
import { type BenchOptions, type Command, readCommand } from './options.ts'
import { benchPages } from './pages/pages.ts'
import { benchPoll } from './poll/poll.ts'
import { benchRace } from './race/race.ts'
import { benchRecovery } from './recovery/recovery.ts'
import { benchRefresh } from './refresh/refresh.ts'
import { benchSize } from './size/size.ts'
import { benchStartup } from './startup/startup.ts'
import { benchWait } from './wait/wait.ts'

const benches: Readonly<Record<string, (options: BenchOptions) => Promise<Measure[]>>> = {
  ingest: benchIngest,
  wait: benchWait,
  fleet: benchFleet,
  layout: benchLayout,
  mornings: benchMornings,
  size: benchSize,
  memory: benchMemory,
  startup: benchStartup,
  recovery: benchRecovery,
  race: benchRace,
  refresh: benchRefresh,
  pages: benchPages,
  poll: benchPoll,
  export: benchExport,
  diagnosis: benchDiagnosis,
  console: benchConsole,
}

const commandLine = parseCommandLine()
const measures: Measure[] = []
for (const name of commandLine.names) {
  const startedAt = performance.now()
  measures.push(...(await (commandLine.names.length > 1 ? runSeparately(name) : run(name))))
  if (!process.send) print(`${name}: ${formatNumber((performance.now() - startedAt) / 1000)} s in total.\n`)
}
if (process.send) process.send(measures)
else {
  print(`All benchmarks: ${formatNumber(performance.now() / 60_000)} minutes.`)
  print(`\n${tableOf(measures)}\n`)
  print(linesOf(measures))
}

async function run(name: string): Promise<Measure[]> {
  const { names: _, ...options } = commandLine
  return (await benches[name]?.({ ...options, log: print })) ?? []
}

/** Runs a benchmark in a separate process, so that one benchmark's garbage is not collected during the next. */
async function runSeparately(name: string): Promise<Measure[]> {
  const flags = process.argv.slice(2).filter(argument => !commandLine.names.includes(argument))
  const child = fork(import.meta.filename, [name, ...flags])
  let measured: Measure[] = []
  child.on('message', message => {
    measured = message as Measure[]
  })
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`${name} exited with code ${code}`)
  return measured
}

function parseCommandLine(): Command {
  try {
    return readCommand(process.argv.slice(2), Object.keys(benches))
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    print(error.message)
    process.exit(2)
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
