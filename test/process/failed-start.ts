import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { waitForExit } from '../support/product/child-process.ts'
import { startCommand } from '../support/product/start-command.ts'

const project = join(import.meta.dirname, '../..')

/** Starts the product and waits until it exits. */
export async function runFailedStart(
  env: Record<string, string>,
): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [...startCommand], {
    cwd: project,
    env: { ...process.env, NODE_ENV: '', NODE_OPTIONS: '', DEMO_SELLERS: '0', ...env },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  const code = await waitForExit(child, { readOutput: () => output })
  return { code, output: output.trim() }
}
