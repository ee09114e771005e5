import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import type { Secret } from '../../src/domain/secret.ts'
import { waitForExit } from './child-process.ts'

export interface RotateCommand {
  readonly child: ChildProcess
  /** The exit code (null when killed) and the output. */
  readonly ended: Promise<{ code: number | null; printed: string }>
  /** Resolves when the command has reported the first re-encrypted texts. */
  readonly underWay: Promise<void>
}

export function startRotateCommand(
  databaseUrl: string,
  keys: readonly Secret[],
  args: readonly string[] = [],
): RotateCommand {
  const project = join(import.meta.dirname, '../..')
  const child = spawn(process.execPath, ['src/commands/keys-rotate.ts', ...args], {
    cwd: project,
    env: {
      ...process.env,
      NODE_ENV: '',
      NODE_OPTIONS: '',
      DATABASE_URL: databaseUrl,
      TOKEN_KEYS: keys.map(key => key.reveal()).join(','),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let printed = ''
  const { promise: underWay, resolve } = Promise.withResolvers<void>()
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text
      if (/re-encrypted/i.test(printed)) resolve()
    })
  }
  const ended = waitForExit(child, { seconds: 600, readOutput: () => printed }).then(code => ({
    code,
    printed,
  }))
  return { child, ended, underWay }
}
