import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Environment } from '../../settings/settings.ts'

export interface SandboxProcess {
  readonly url: string
  readonly settings: Readonly<Record<string, string>>
  stop(): Promise<void>
}

const script = join(import.meta.dirname, '../../../sandbox/main.ts')

/** Ends with this process, even after a kill. */
export async function startSandboxProcess(
  environment: Environment,
  stateFile: string,
): Promise<SandboxProcess> {
  const child = fork(script, {
    env: { ...environment, SANDBOX_STATE_FILE: stateFile },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const ended = once(child, 'exit')
  const [message] = await Promise.race([
    once(child, 'message'),
    ended.then(([code]) => Promise.reject(new Error(`the sandbox exited with ${code} before it was ready`))),
  ])
  const { url, settings } = message as { url: string; settings: Record<string, string> }
  return {
    url,
    settings,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
      await ended
    },
  }
}
