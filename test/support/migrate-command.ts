import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { waitForExit } from './child-process.ts'

export interface MigrateCommand {
  readonly child: ChildProcess
  /** The command's stderr so far. */
  readErrorOutput(): string
  /** The exit code (null when killed) and the output. */
  readonly ended: Promise<{ code: number | null; out: string; err: string }>
}

export function startMigrateCommand(databaseUrl: string, args: readonly string[] = []): MigrateCommand {
  const child = spawn(process.execPath, ['src/commands/migrate.ts', ...args], {
    cwd: join(import.meta.dirname, '../..'),
    env: { ...process.env, NODE_ENV: '', NODE_OPTIONS: '', DATABASE_URL: databaseUrl },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [out, err] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text
  })
  const ended = waitForExit(child, { seconds: 120, readOutput: () => out + err }).then(code => ({
    code,
    out,
    err,
  }))
  return { child, readErrorOutput: () => err, ended }
}
