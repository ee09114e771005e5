import { execFile } from 'node:child_process'
import { join } from 'node:path'

const project = join(import.meta.dirname, '../..')

export function runPeopleCommand(
  env: Readonly<Record<string, string>>,
  ...args: string[]
): Promise<{ code: number; out: string; err: string }> {
  const environment = { ...process.env, NODE_ENV: '', NODE_OPTIONS: '', LOG_LEVEL: 'silent', ...env }
  return new Promise(resolve => {
    const options = { cwd: project, env: environment, timeout: 60_000 }
    execFile(process.execPath, ['src/commands/users.ts', ...args], options, (error, out, err) => {
      resolve({ code: error ? Number(error.code) : 0, out, err })
    })
  })
}
