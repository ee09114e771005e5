import { benchIngest } from './ingest/ingest.ts'
import { linesOf, type Measure, tableOf } from './measures.ts'
import { benchWait } from './wait/wait.ts'

/** `npm run bench [-- NAME] [-- --quick]`: without a name, all of them. */
const benches: Readonly<
  Record<string, (options: { quick: boolean; tell: (line: string) => void }) => Promise<Measure[]>>
> = {
  ingest: benchIngest,
  wait: benchWait,
}

const words = process.argv.slice(2).filter(word => word !== '--')
const quick = words.includes('--quick')
const asked = words.filter(word => word !== '--quick')
const unknown = asked.find(name => !(name in benches))
if (unknown !== undefined) {
  print(
    `There is no benchmark ${unknown}. There are: ${Object.keys(benches).join(', ')}; and --quick for small counts.`,
  )
  process.exit(2)
}

const measures: Measure[] = []
for (const [name, bench] of Object.entries(benches)) {
  if (asked.length === 0 || asked.includes(name)) measures.push(...(await bench({ quick, tell: print })))
}
print(`\n${tableOf(measures)}\n`)
print(linesOf(measures))

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
