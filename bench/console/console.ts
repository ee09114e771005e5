import { loadavg } from 'node:os'
import type { Pool } from 'pg'
import { randomNumbers, shuffled } from '../../test/support/seed.ts'
import { cpuMillisecondsOf } from '../cpu.ts'
import { describeMachine } from '../machine.ts'
import { formatNumber, type Measure, quantile } from '../measures.ts'
import type { BenchOptions } from '../options.ts'
import { Fixture } from '../pages/fixture.ts'
import type { Reader } from '../pages/reader.ts'
import { vacuumAndCheckpoint } from '../vacuum.ts'
import {
  drawSearches,
  type ExpectedSearch,
  emptyTimes,
  measureAgents,
  runSearch,
  seed,
  type Times,
  withTotal,
} from './searches.ts'
import { seedCrowd } from './seed.ts'
import { readCrowd } from './seeded-cases.ts'
import { summariesPerSecond } from './summaries.ts'

const full = {
  users: 100_000,
  reports: 10,
  agents: 10,
  questions: 30,
  rounds: 2,
  pause: 200,
  summaries: 2000,
}
const quick = { users: 1500, reports: 3, agents: 4, questions: 3, rounds: 1, pause: 0, summaries: 50 }

/** Milliseconds that a page may take (S-40). */
const maxMilliseconds = 50

export async function benchConsole({ quick: isQuick, log }: BenchOptions): Promise<Measure[]> {
  const plan = isQuick ? quick : full
  await using fixture = await Fixture.open()
  const { pool } = fixture
  log(await describeMachine(pool))
  const startedAt = performance.now()
  await seedCrowd(pool, plan)
  const crowd = await readCrowd(pool, plan.questions * 4)
  const formatCount = (number: number) => number.toLocaleString('en-US')
  log(
    `${formatCount(plan.users)} users with ${formatCount(crowd.cases.length)} cases, in ${formatNumber((performance.now() - startedAt) / 1000)} s.`,
  )

  // Before any agent signs in: this takes long enough for idle database connections to be closed.
  const questions = drawSearches(crowd, plan.questions)
  await vacuumAndCheckpoint(pool)

  const { web, address } = await fixture.openWeb()
  const agents = await fixture.signInAgents(address, plan.agents)
  const [agent] = agents
  if (!agent) throw new Error('no agent is signed in')
  log(`Warming up with ${formatCount(questions.length)} questions.`)
  // Concurrently, so that the database connections for the measured rounds are open.
  await measureAgents(agents, questions, { rounds: 1, pause: 0 })

  log(`One agent asks the questions, one after the other. ${describeLoad()}`)
  const cpuTimes = await processorTimes(agent, questions, { pid: web.pid, pool })
  log(`${plan.agents} agents ask the questions ${plan.rounds} times. ${describeLoad()}`)
  const times = await measureAgents(agents, questions, plan)
  log(`The agents are done. ${describeLoad()}`)

  const summaries = await summariesPerSecond(fixture.product, plan.summaries)
  log(`A worker refreshes ${formatNumber(summaries)} case summaries a second. ${describeLoad()}`)
  return [
    ...[...withTotal(times)].flatMap(([kind, values]) => [
      measureOf(`${kind}, p50`, quantile(values, 0.5), null),
      measureOf(`${kind}, p99`, quantile(values, 0.99), 1),
    ]),
    ...[...withTotal(cpuTimes)].map(([kind, values]) =>
      measureOf(`${kind}, processor time, p99`, quantile(values, 0.99), null),
    ),
    {
      ...measureOf('case summaries refreshed by one worker', summaries, null),
      unit: 'a second',
      reference: summaries,
      referenceName: 'itself',
    },
  ]
}

/** Logged because other work on these processors distorts clock times. */
const describeLoad = (): string => `Load: ${loadavg().map(formatNumber).join(', ')}.`

/** Milliseconds of the web server and PostgreSQL together. */
async function processorTimes(
  agent: Reader,
  questions: readonly ExpectedSearch[],
  { pid, pool }: { readonly pid: number; readonly pool: Pool },
): Promise<Times> {
  const times = emptyTimes(questions)
  for (const each of shuffled(questions, randomNumbers(seed))) {
    const { rows } = await pool.query<{ pid: number }>(
      `select pid from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()`,
    )
    const before = [pid, ...rows.map(row => row.pid)].map(one => [one, cpuMillisecondsOf(one)] as const)
    await runSearch(agent, each)
    // A database connection closed since then was idle, so it did not answer this request.
    const spent = before.map(([one, ms]) => (cpuMillisecondsOf(one) ?? ms ?? 0) - (ms ?? 0))
    times.get(each.kind)?.push(spent.reduce((sum, ms) => sum + ms, 0))
  }
  return times
}

const measureOf = (name: string, milliseconds: number, target: number | null): Measure => ({
  name: `console: ${name}`,
  unit: 'ms',
  ours: milliseconds,
  reference: maxMilliseconds,
  referenceName: 'limit',
  target,
})
