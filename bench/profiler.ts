import { type HeapProfiler, type Profiler, Session } from 'node:inspector/promises'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface Share {
  readonly where: string
  /** Processor milliseconds, or megabytes. */
  readonly amount: number
}

/** A profile of the current process. Memory counts both retained and collected allocations. */
export interface Profile {
  readonly time: { readonly functions: Share[]; readonly packages: Share[] }
  readonly memory: { readonly functions: Share[]; readonly packages: Share[] }
}

let session: Session | null = null

export async function beginProfile(): Promise<void> {
  session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.setSamplingInterval', { interval: 250 })
  await session.post('HeapProfiler.startSampling', {
    samplingInterval: 16_384,
    includeObjectsCollectedByMajorGC: true,
    includeObjectsCollectedByMinorGC: true,
  } as HeapProfiler.StartSamplingParameterType)
  await session.post('Profiler.start')
}

export async function endProfile(): Promise<Profile> {
  if (!session) throw new Error('no profile was started')
  const { profile: time } = await session.post('Profiler.stop')
  const { profile: memory } = await session.post('HeapProfiler.stopSampling')
  session.disconnect()
  return { time: sharesOf(timesOf(time)), memory: sharesOf(allocationsOf(memory.head)) }
}

interface Usage {
  readonly frame: Pick<
    HeapProfiler.SamplingHeapProfileNode['callFrame'],
    'functionName' | 'url' | 'lineNumber'
  >
  readonly amount: number
}

function timesOf({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): Usage[] {
  const milliseconds = new Map<number, number>()
  for (const [index, node] of samples.entries())
    milliseconds.set(node, (milliseconds.get(node) ?? 0) + (timeDeltas[index] ?? 0) / 1000)
  return nodes.map(({ id, callFrame }) => ({ frame: callFrame, amount: milliseconds.get(id) ?? 0 }))
}

function allocationsOf({ callFrame, selfSize, children }: HeapProfiler.SamplingHeapProfileNode): Usage[] {
  return [{ frame: callFrame, amount: selfSize / 1e6 }, ...children.flatMap(allocationsOf)]
}

function sharesOf(usages: readonly Usage[]): { functions: Share[]; packages: Share[] } {
  const sumBy = (nameOf: (frame: Usage['frame']) => string): Share[] => {
    const sums = new Map<string, number>()
    for (const { frame, amount } of usages)
      if (frame.functionName !== '(idle)' && frame.url !== 'node:inspector')
        sums.set(nameOf(frame), (sums.get(nameOf(frame)) ?? 0) + amount)
    return [...sums]
      .map(([where, amount]) => ({ where, amount }))
      .sort((one, other) => other.amount - one.amount)
      .slice(0, 25)
  }
  return {
    functions: sumBy(frame => `${frame.functionName || '(anonymous)'} ${placeOf(frame)}`.trim()),
    packages: sumBy(packageOf),
  }
}

const project = fileURLToPath(new URL('../', import.meta.url))

function placeOf({ url, lineNumber }: Usage['frame']): string {
  if (!url) return ''
  const file = url.startsWith('file:') ? relative(project, fileURLToPath(url)) : url
  return `${file.replace('node_modules/', '')}:${lineNumber + 1}`
}

/** Returns the npm package, our folder, `node`, or the function name when there is no file. */
function packageOf({ functionName, url }: Usage['frame']): string {
  const [, name] = /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules)/.exec(url) ?? []
  if (name) return name
  if (url.startsWith('node:')) return 'node'
  if (url.startsWith('file:'))
    return placeOf({ functionName, url, lineNumber: 0 }).split('/').slice(0, 3).join('/')
  return functionName || '(native)'
}
