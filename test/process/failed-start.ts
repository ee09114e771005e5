import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { waitForExit } from '../support/product/child-process.ts'
import { startCommand } from '../support/product/start-command.ts'

/** Runs Node with these arguments and waits until it exits. */
export async function runToEnd(
  programArguments: readonly string[],
  { env = {}, seconds }: { readonly env?: Readonly<Record<string, string>>; readonly seconds?: number } = {},
): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [...programArguments], {
    cwd: join(import.meta.dirname, '../..'),
    env: { ...process.env, NODE_OPTIONS: '', ...env },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  const code = await waitForExit(child, { ...(seconds && { seconds }), readOutput: () => output })
  return { code, output: output.trim() }
}

/** Starts the product and waits until it exits. */
export const runFailedStart = (env: Readonly<Record<string, string>>) =>
  runToEnd(startCommand, { env: { NODE_ENV: '', DEMO_SELLERS: '0', ...env } })
