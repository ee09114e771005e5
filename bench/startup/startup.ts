import { join } from 'node:path'
import { describeMachine } from '../machine.ts'
import { formatNumber, type Measure, median } from '../measures.ts'
import type { BenchOptions } from '../options.ts'
import { Fixture } from '../pages/fixture.ts'
import { ProductProcess } from '../product-process.ts'

const rounds = { full: 7, quick: 1 }

export async function benchStartup({ quick, log }: BenchOptions): Promise<Measure[]> {
  await using fixture = await Fixture.open()
  log(await describeMachine(fixture.pool))

  const bare = [join(import.meta.dirname, 'bare.ts')]
  const sides = {
    bare: () => startAndStop('web', '/', bare),
    web: () => startAndStop('web', '/readyz/process'),
    worker: () => startAndStop('worker', '/readyz'),
  }
  const startAndStop = async (kind: 'web' | 'worker', path: string, args?: readonly string[]) => {
    await using productProcess = await ProductProcess.start(kind, fixture.config, args)
    const started = await productProcess.waitUntilAnswering(path)
    const startedAt = performance.now()
    // A web process always keeps answering its proxy for eight more seconds, so it is killed.
    await productProcess.end(kind === 'worker' ? 'SIGTERM' : 'SIGKILL')
    return { started, stopped: performance.now() - startedAt }
  }
  const times = { bare: [], web: [], worker: [] } as Record<
    keyof typeof sides,
    { started: number; stopped: number }[]
  >
  // The first run loads the programs from disk.
  if (!quick) for (const run of Object.values(sides)) await run()
  for (let round = 0; round < (quick ? rounds.quick : rounds.full); round += 1)
    for (const name of ['bare', 'web', 'worker'] as const) times[name].push(await sides[name]())

  const medianOf = (name: keyof typeof sides, phase: 'started' | 'stopped') =>
    median(times[name].map(each => each[phase]))
  for (const name of ['web', 'worker'] as const)
    log(`${name}: ready after ${formatNumber(medianOf(name, 'started'))} ms.`)
  const readyMeasure = {
    unit: 'ms',
    reference: medianOf('bare', 'started'),
    referenceName: 'a bare Fastify',
    target: null,
  }
  return [
    { ...readyMeasure, name: 'startup: a web process, until ready', ours: medianOf('web', 'started') },
    {
      ...readyMeasure,
      name: 'startup: a worker, until its first heartbeat',
      ours: medianOf('worker', 'started'),
    },
    {
      name: 'startup: a worker, from SIGTERM to exit',
      unit: 'ms',
      ours: medianOf('worker', 'stopped'),
      reference: 20_000,
      referenceName: 'allowed',
      target: 1,
    },
  ]
}
