import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { startCommand } from '../support/start-command.ts'

const project = join(import.meta.dirname, '../..')

/** Starts it where it must refuse; what it printed and how it ended. */
export async function refusedStart(
  env: Record<string, string>,
): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, [...startCommand], {
    cwd: project,
    env: { ...process.env, NODE_ENV: '', NODE_OPTIONS: '', DEMO_SELLERS: '0', ...env },
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
  }
  // Not its exit: what it said last may come after that.
  const [code] = await once(child, 'close')
  return { code, said: said.trim() }
}
