/** S-51; a container is killed soon after. */
const stopMilliseconds = 18_000

const closers: (() => Promise<unknown>)[] = []
const ending = new AbortController()
let stopping: Promise<void> | null = null

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop(0))

// The program itself takes a second to load: a signal is heard from before it.
const starting = import('./start/start.ts').then(({ start }) =>
  start({ closers, ending: ending.signal, onLost: fail }),
)
await starting.catch(async error => {
  const { sentenceOf } = await import('./start/refusals.ts')
  await fail(sentenceOf(error))
})

/** Ends everything, unless it ends already: then the failure is one of ending. */
async function fail(sentence: string): Promise<void> {
  if (!ending.signal.aborted) process.stderr.write(`\n${sentence}\n`)
  await stop(1)
}

function stop(code: number): Promise<void> {
  stopping ??= end(code)
  return stopping
}

async function end(code: number): Promise<void> {
  // What has not closed by then is somebody else's slowness; leases hand over whatever was in hand.
  setTimeout(() => process.exit(code), stopMilliseconds).unref()
  ending.abort()
  // The step of the start that is under way opens something that is to be closed.
  await starting.catch(() => undefined)
  // In the reverse of the order of opening; one that fails does not keep the others open.
  for (const close of closers.reverse()) await close().catch(() => undefined)
  process.exit(code)
}
