import { benchConsole } from './console/console.ts'
import { benchDiagnosis } from './diagnosis/diagnosis.ts'
import { benchExport } from './export/export.ts'
import { benchFleet } from './fleet/fleet.ts'
import { benchIngest } from './ingest/ingest.ts'
import { benchLayout } from './layout/layout.ts'
import { linesOf, type Measure, rounded, tableOf } from './measures.ts'
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

/** `npm run bench [-- NAME] [-- --quick]`: without a name, all of them. */
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

const { names, quick, profile, connections } = command()
const measures: Measure[] = []
for (const name of names) {
  const began = performance.now()
  measures.push(...((await benches[name]?.({ quick, profile, connections, tell: print })) ?? []))
  print(`${name}: ${rounded((performance.now() - began) / 1000)} s in all.\n`)
}
print(`All of it: ${rounded(performance.now() / 60_000)} minutes.`)
print(`\n${tableOf(measures)}\n`)
print(linesOf(measures))

function command(): Command {
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
