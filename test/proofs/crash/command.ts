/** `npm run crash -- --points N --seed S [--only I]`: its last line is `N points, N lost, N doubled`. */
import { parseArgs } from 'node:util'
import { startTestCluster } from '../../support/servers/cluster.ts'
import { prepareTemplate } from '../../support/servers/template.ts'
import { runCrashTest } from './crash.ts'

const { values } = parseArgs({
  options: {
    points: { type: 'string', default: '50' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
  },
})
const options = {
  points: numberOf('points', values.points),
  seed: numberOf('seed', values.seed),
  only: values.only === undefined ? undefined : numberOf('only', values.only),
}
const print = (line: string): void => void process.stdout.write(`${line}\n`)
const closers: (() => unknown)[] = []
const closeAll = async () => {
  for (let close = closers.pop(); close; close = closers.pop()) await close()
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void closeAll().finally(() => process.exit(1)))
}

const cluster = await startTestCluster(prepareTemplate)
closers.push(() => cluster.stop())
Object.assign(process.env, cluster.environment)
try {
  const owner = { teardown: (close: () => unknown) => void closers.push(close) }
  const { lines, lastLine, isRight } = await runCrashTest(owner, options, print)
  await closeAll()
  for (const line of [...lines, lastLine]) print(line)
  process.exit(isRight ? 0 : 1)
} catch (error) {
  await closeAll()
  throw error
}

function numberOf(name: string, value: string): number {
  if (!/^\d+$/.test(value)) {
    process.stderr.write(`--${name} is not a whole number.\n`)
    process.exit(2)
  }
  return Number(value)
}
