import { pino } from 'pino'
import { type SandboxOptions, startSandbox } from './sandbox.ts'

/** `npm run sandbox`. When forked, reports its address to the parent and ends with it. */
const starting = startSandbox(optionsFrom(process.env))

process.on('SIGTERM', stop)
process.on('SIGINT', stop)
process.on('disconnect', stop)

const { url, settings } = await starting
process.stdout.write(`Local Amazon sandbox running: ${url} (switches: ${url}/sandbox/)\n`)
process.send?.({ type: 'ready', url, settings })

function stop(): void {
  starting
    .then(sandbox => sandbox.close())
    .then(
      () => process.exit(0),
      () => process.exit(1),
    )
}

function optionsFrom(env: Readonly<Record<string, string | undefined>>): SandboxOptions {
  const { SANDBOX_PORT, SANDBOX_HOST, SANDBOX_ORIGIN, SANDBOX_STATE_FILE, SANDBOX_SEED } = env
  const { SANDBOX_GENERATION_SECONDS } = env
  const [, min, max = min] = /^([\d.]+)(?:-([\d.]+))?$/.exec(SANDBOX_GENERATION_SECONDS ?? '4-9') ?? []
  if (min === undefined) throw new Error('SANDBOX_GENERATION_SECONDS must be a range such as 4-9')
  return {
    port: Number(SANDBOX_PORT ?? 0),
    generationSeconds: { min: Number(min), max: Number(max) },
    logger: pino({ level: 'warn' }),
    ...(SANDBOX_HOST ? { host: SANDBOX_HOST } : {}),
    ...(SANDBOX_ORIGIN ? { origin: SANDBOX_ORIGIN } : {}),
    ...(SANDBOX_STATE_FILE ? { stateFile: SANDBOX_STATE_FILE } : {}),
    ...(SANDBOX_SEED ? { seed: SANDBOX_SEED } : {}),
  }
}
