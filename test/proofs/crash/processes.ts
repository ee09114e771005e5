import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
import { waitForExit } from '../../support/product/child-process.ts'
import { startCommand } from '../../support/product/start-command.ts'
import type { Interrupted, Interruption } from './failpoint-preload.ts'

const project = join(import.meta.dirname, '../../..')

export interface WorkerProcess {
  /** Name of the process's PostgreSQL sessions, which identifies the leases it holds. */
  readonly name: string
  readonly child: ChildProcess
  /** Rejects when the process ends before it is ready. */
  readonly ready: Promise<void>
  readonly exited: Promise<void>
}

/** A compile cache makes starts a third cheaper; killed processes write nothing to it. */
const compileCache = join(tmpdir(), '1smart-test-crash-compiled')

/** Fills the compile cache with a process that ends normally. */
export async function warmUp(): Promise<void> {
  const importStart = `import(${JSON.stringify(pathToFileURL(join(project, 'src/commands/start/start.ts')).href)})`
  const child = spawn(process.execPath, ['--eval', importStart], {
    env: { ...process.env, NODE_OPTIONS: '', NODE_COMPILE_CACHE: compileCache },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  await waitForExit(child, { seconds: 120 })
}

let startedCount = 0
const runningChildren = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of runningChildren) child.kill('SIGKILL')
})

export class WorkerProcesses {
  readonly #environment: Readonly<Record<string, string>>
  readonly #folder = mkdtempSync(join(tmpdir(), '1smart-test-crash-'))
  #errors: string[] = []

  constructor(environment: Readonly<Record<string, string>>) {
    this.#environment = environment
  }

  start(env: Readonly<Record<string, string>> = {}): WorkerProcess {
    startedCount += 1
    const name = `crash-${startedCount}`
    const preload = join(import.meta.dirname, 'failpoint-preload.ts')
    const child = spawn(process.execPath, ['--import', preload, ...startCommand], {
      cwd: project,
      env: {
        ...process.env,
        ...this.#environment,
        PROCESS: 'worker',
        LOG_LEVEL: 'info',
        // Drops tap's loader.
        NODE_OPTIONS: '',
        NODE_COMPILE_CACHE: compileCache,
        PGAPPNAME: name,
        CRASH_FOLDER: this.#folder,
        ...env,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    runningChildren.add(child)
    const exited = once(child, 'exit').then(() => void runningChildren.delete(child))
    const ready = new Promise<void>((resolve, reject) => {
      if (child.stdout) {
        createInterface({ input: child.stdout }).on('line', line => {
          if (line.includes('"started"')) resolve()
          if (/"level":"?(error|fatal|50|60)\b/.test(line)) this.#errors.push(`${name}: ${line}`)
        })
      }
      child.once('exit', (code, signal) => reject(new Error(`${name} ended with ${signal ?? code}`)))
    })
    ready.catch(() => undefined)
    return { name, child, ready, exited }
  }

  /** From now on, the first process to reach the interruption's point is killed or frozen, once. */
  arm(interruption: Interruption): void {
    // Atomic, since it is read at every failpoint.
    const draft = join(this.#folder, 'interruption.draft')
    writeFileSync(draft, JSON.stringify(interruption))
    renameSync(draft, join(this.#folder, 'interruption.json'))
  }

  disarm(): void {
    rmSync(join(this.#folder, 'interruption.json'), { force: true })
  }

  /** @returns which process was hit, and when; null until then. */
  interruptedBy({ name }: Pick<Interruption, 'name'>): Interrupted | null {
    try {
      return JSON.parse(readFileSync(join(this.#folder, name), 'utf8'))
    } catch {
      return null
    }
  }

  /** @returns the failpoints that a frozen process has passed since it woke. */
  failpointsAfterWakeOf({ name }: Pick<Interruption, 'name'>): string[] {
    try {
      return readFileSync(join(this.#folder, `${name}.wake`), 'utf8')
        .trimEnd()
        .split('\n')
    } catch {
      return []
    }
  }

  /** Returns the errors logged since the last call. */
  takeErrors(): string[] {
    const errors = this.#errors
    this.#errors = []
    return errors
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
