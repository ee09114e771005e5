import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { waitForExit } from './child-process.ts'

export async function runDoctor(
  settings: Readonly<Record<string, string>>,
  args: readonly string[] = [],
): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, ['src/commands/doctor.ts', ...args], {
    cwd: join(import.meta.dirname, '../..'),
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
  const code = await waitForExit(child, { seconds: 120, readOutput: () => out + err })
  return { code, out, err }
}
