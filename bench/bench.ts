import { benchConsole } from './console/console.ts'
import { benchDiagnosis } from './diagnosis/diagnosis.ts'
import { benchExport } from './export/export.ts'
import { benchIngest } from './ingest/ingest.ts'
import { linesOf, type Measure, tableOf } from './measures.ts'
import { type BenchOptions, type Command, readCommand } from './options.ts'
import { benchPages } from './pages/pages.ts'
import { benchWait } from './wait/wait.ts'

/** `npm run bench [-- NAME] [-- --quick]`: without a name, all of them. */
const benches: Readonly<Record<string, (options: BenchOptions) => Promise<Measure[]>>> = {
  ingest: benchIngest,
  wait: benchWait,
  pages: benchPages,
  export: benchExport,
  diagnosis: benchDiagnosis,
  console: benchConsole,
}

const { names, quick, connections } = command()
const measures: Measure[] = []
for (const name of names)
  measures.push(...((await benches[name]?.({ quick, connections, tell: print })) ?? []))
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
