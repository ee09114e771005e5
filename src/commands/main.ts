/** S-51. Containers are killed soon after. */
const stopTimeoutMilliseconds = 18_000

const closers: (() => Promise<unknown>)[] = []
const shutdown = new AbortController()
let stopping: Promise<void> | null = null

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop(0))

// The last resort for an error outside every handler (a bug): the process hands its work over and ends.
process.on('uncaughtException', ({ name, message, stack }) => {
  const err = { type: name, message, stack }
  process.stdout.write(`${JSON.stringify({ level: 60, time: Date.now(), msg: 'unexpected error', err })}\n`)
  void stop(1)
})

// Importing takes a second: handle signals first.
const starting = import('./start/start.ts').then(({ start }) =>
  start({ closers, shutdownSignal: shutdown.signal, onDatabaseLost: fail }),
)
await starting.catch(async error => {
  const { startupErrorMessage } = await import('./start/startup-errors.ts')
  await fail(startupErrorMessage(error))
})

/** Errors during shutdown aren't printed. */
async function fail(message: string): Promise<void> {
  if (!shutdown.signal.aborted) process.stderr.write(`\n${message}\n`)
  await stop(1)
}

function stop(code: number): Promise<void> {
  stopping ??= closeAndExit(code)
  return stopping
}

async function closeAndExit(code: number): Promise<void> {
  setTimeout(() => process.exit(code), stopTimeoutMilliseconds).unref()
  shutdown.abort()
  await starting.catch(() => undefined)
  // One error doesn't stop the others.
  for (const close of closers.reverse()) await close().catch(() => undefined)
  process.exit(code)
}
