import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { assertNoSecret } from '../runner/output-scan.ts'
import { reservePort } from '../servers/ports.ts'
import { waitForExit } from './child-process.ts'
import { startCommand } from './start-command.ts'
import type { Owner, TestProduct } from './test-product.ts'

export interface WebProcess {
  readonly address: string
  requests(): number
}

/** Starts a web process and waits until it answers. */
export async function startWebProcess(t: Owner, product: TestProduct): Promise<WebProcess> {
  const port = await reservePort()
  const address = `http://localhost:${port}`
  const child = spawn(process.execPath, [...startCommand], {
    cwd: join(import.meta.dirname, '../../..'),
    env: {
      ...process.env,
      ...product.environment,
      PROCESS: 'web',
      PORT: String(port),
      LOG_LEVEL: 'info',
      NODE_OPTIONS: '',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let printed = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text
  })
  t.teardown(async () => {
    child.kill('SIGKILL')
    await waitForExit(child)
    assertNoSecret(printed, 'what a web process printed')
  })
  for (let waited = 0; !(await answers(address)); waited += 100) {
    if (waited > 60_000 || child.exitCode !== null)
      throw new Error(`the web process does not answer: ${printed}`)
    await sleep(100)
  }
  return { address, requests: () => printed.split('"request completed"').length - 1 }
}

const answers = (address: string): Promise<boolean> =>
  fetch(`${address}/healthz`).then(
    ({ ok }) => ok,
    () => false,
  )
