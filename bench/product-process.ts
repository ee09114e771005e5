import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { waitForExit } from '../test/support/product/child-process.ts'
import { startCommand } from '../test/support/product/start-command.ts'
import { reservePort } from '../test/support/servers/ports.ts'
import type { ProductPlan } from './product.ts'

const project = join(import.meta.dirname, '..')
const maxStartMilliseconds = 60_000

/** A web or worker process of the product, timed from its spawn. */
export class ProductProcess implements AsyncDisposable {
  readonly child: ChildProcess
  /** The web server's address, or a worker's operations address. */
  readonly address: string
  /** A reading of `performance.now()`. */
  readonly startedAt: number

  private constructor(child: ChildProcess, port: number, startedAt: number) {
    this.child = child
    this.address = `http://127.0.0.1:${port}`
    this.startedAt = startedAt
  }

  /** @param args replace the product's arguments to `node`. */
  static async start(
    kind: 'web' | 'worker',
    { databaseUrl, environment, tokenKey }: ProductPlan,
    args: readonly string[] = startCommand,
  ): Promise<ProductProcess> {
    const port = await reservePort()
    const startedAt = performance.now()
    const child = spawn(process.execPath, args, {
      cwd: project,
      env: {
        ...process.env,
        ...environment,
        NODE_OPTIONS: '',
        DATABASE_URL: databaseUrl,
        SESSION_KEYS: tokenKey,
        TOKEN_KEYS: tokenKey,
        PROCESS: kind,
        [kind === 'web' ? 'PORT' : 'OPERATIONS_PORT']: String(port),
        LOG_LEVEL: 'error',
      },
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    return new ProductProcess(child, port, startedAt)
  }

  /**
   * @returns milliseconds from the start of the process to a 200 at this path.
   * @throws {Error} when the process exits or does not answer in time.
   */
  async waitUntilAnswering(path: string): Promise<number> {
    for (;;) {
      const answer = await fetch(this.address + path).catch(() => null)
      await answer?.body?.cancel()
      const elapsed = performance.now() - this.startedAt
      if (answer?.status === 200) return elapsed
      if (this.child.exitCode !== null) throw new Error(`the process exited with code ${this.child.exitCode}`)
      if (elapsed > maxStartMilliseconds) throw new Error(`the process does not answer ${path}`)
      await sleep(5)
    }
  }

  /** Kills the process. SIGTERM stops it gracefully instead. */
  async end(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    this.child.kill(signal)
    await waitForExit(this.child)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.end()
  }
}
