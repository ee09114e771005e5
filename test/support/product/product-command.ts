import { spawn } from 'node:child_process'
import { join } from 'node:path'
import type { Secret } from '../../../src/domain/secret.ts'
import { waitForExit } from './child-process.ts'

/** Starts `src/commands/<name>.ts`. The exit code is null when the command was killed. */
export function startProductCommand(
  name: 'doctor' | 'keys-rotate' | 'migrate' | 'users',
  settings: Readonly<Record<string, string>>,
  ...args: readonly string[]
) {
  const child = spawn(process.execPath, [`src/commands/${name}.ts`, ...args], {
    cwd: join(import.meta.dirname, '../../..'),
    env: { ...process.env, NODE_ENV: '', NODE_OPTIONS: '', ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [out, err] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text
  })
  const exit = waitForExit(child, { seconds: 600, readOutput: () => out + err })
  const ended = exit.then(code => ({ code, out, err }))
  return { child, ended, readErrorOutput: () => err }
}

export const startMigrateCommand = (databaseUrl: string, ...args: readonly string[]) =>
  startProductCommand('migrate', { DATABASE_URL: databaseUrl }, ...args)

export const startRotateCommand = (
  databaseUrl: string,
  keys: readonly Secret[],
  ...args: readonly string[]
) => {
  const TOKEN_KEYS = keys.map(key => key.reveal()).join(',')
  return startProductCommand('keys-rotate', { DATABASE_URL: databaseUrl, TOKEN_KEYS }, ...args)
}
