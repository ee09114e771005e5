import { type ChildProcess, spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { assertNoSecret } from '../runner/output-scan.ts'
import { reservePort } from '../servers/ports.ts'
import { waitForExit } from './child-process.ts'
import { startCommand } from './start-command.ts'

const project = join(import.meta.dirname, '../../..')

export interface RunningProduct {
  readonly address: string
  readonly sandboxUrl: string
  readonly child: ChildProcess
  output(): string
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

/** Starts the product in a separate process with a separate data directory. */
export async function startRunningProduct({
  dataDirectory,
  env = {},
  seconds = 60,
}: {
  dataDirectory: string
  env?: Record<string, string>
  seconds?: number
}): Promise<RunningProduct> {
  const port = env['PORT'] ?? String(await reservePort())
  const child = spawn(process.execPath, [...startCommand], {
    cwd: project,
    env: {
      ...process.env,
      NODE_ENV: '',
      // Drops tap's loader.
      NODE_OPTIONS: '',
      PORT: port,
      DATA_DIRECTORY: dataDirectory,
      DEMO_SELLERS: '0',
      STATUS_POLL_SECONDS: '1',
      REPORT_POLL_SECONDS: '0.5-2',
      SANDBOX_GENERATION_SECONDS: '0.5-2',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      printed += text
    })
  }
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    child.kill(signal)
    const code = await waitForExit(child, { readOutput: () => printed })
    assertNoSecret(printed, 'what the product printed')
    const log = await readFile(join(dataDirectory, 'server.log'), 'utf8').catch(() => '')
    assertNoSecret(log, 'server.log')
    return code
  }
  const end = Date.now() + seconds * 1000
  while (!printed.includes('Press Ctrl-C to stop')) {
    if (child.exitCode !== null || Date.now() > end) {
      await stop('SIGKILL')
      throw new Error(`the product did not start:\n${printed}`)
    }
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  const sandboxUrl = /Its switches: (\S+)\/sandbox\//.exec(printed)?.[1] ?? ''
  return { address: `http://localhost:${port}`, sandboxUrl, child, output: () => printed, stop }
}
