import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
import { endOf } from '../../support/child-process.ts'
import { startCommand } from '../../support/start-command.ts'
import type { Order, Struck } from './failpoint-preload.ts'

const project = join(import.meta.dirname, '../../..')

export interface Member {
  /** Name of its PostgreSQL sessions, which identifies whose lease it is. */
  readonly name: string
  readonly child: ChildProcess
  /** Rejects when it ended before it was up. */
  readonly up: Promise<void>
  readonly ended: Promise<void>
}

/** A compile cache makes starts a third cheaper; killed processes write nothing to it. */
const compiled = join(tmpdir(), '1smart-test-crash-compiled')

/** Fills the compile cache with a process that ends normally. */
export async function warmUp(): Promise<void> {
  const load = `import(${JSON.stringify(pathToFileURL(join(project, 'src/start/start.ts')).href)})`
  const child = spawn(process.execPath, ['--eval', load], {
    env: { ...process.env, NODE_OPTIONS: '', NODE_COMPILE_CACHE: compiled },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  await endOf(child, { seconds: 120 })
}

let hired = 0
const living = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of living) child.kill('SIGKILL')
})

export class Crew {
  readonly #environment: Readonly<Record<string, string>>
  readonly #folder = mkdtempSync(join(tmpdir(), '1smart-test-crash-'))
  #errors: string[] = []

  constructor(environment: Readonly<Record<string, string>>) {
    this.#environment = environment
  }

  hire(env: Readonly<Record<string, string>> = {}): Member {
    hired += 1
    const name = `crash-${hired}`
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
        NODE_COMPILE_CACHE: compiled,
        PGAPPNAME: name,
        CRASH_FOLDER: this.#folder,
        ...env,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    living.add(child)
    const ended = once(child, 'exit').then(() => void living.delete(child))
    const up = new Promise<void>((resolve, reject) => {
      if (child.stdout) {
        createInterface({ input: child.stdout }).on('line', line => {
          if (line.includes('"started"')) resolve()
          if (/"level":"?(error|fatal|50|60)\b/.test(line)) this.#errors.push(`${name}: ${line}`)
        })
      }
      child.once('exit', (code, signal) => reject(new Error(`${name} ended with ${signal ?? code}`)))
    })
    up.catch(() => undefined)
    return { name, child, up, ended }
  }

  /** From now on, the first process to reach the order's point is killed or frozen, once. */
  give(order: Order): void {
    // Atomic, since it is read at every failpoint.
    const draft = join(this.#folder, 'order.draft')
    writeFileSync(draft, JSON.stringify(order))
    renameSync(draft, join(this.#folder, 'order.json'))
  }

  withdraw(): void {
    rmSync(join(this.#folder, 'order.json'), { force: true })
  }

  /** @returns which process the order hit, and when; null before that. */
  struckBy({ name }: Pick<Order, 'name'>): Struck | null {
    try {
      return JSON.parse(readFileSync(join(this.#folder, name), 'utf8'))
    } catch {
      return null
    }
  }

  /** @returns the failpoints that a frozen process has passed since it woke. */
  diaryOf({ name }: Pick<Order, 'name'>): string[] {
    try {
      return readFileSync(join(this.#folder, `${name}.diary`), 'utf8')
        .trimEnd()
        .split('\n')
    } catch {
      return []
    }
  }

  /** Since the last call. */
  takeErrors(): string[] {
    const errors = this.#errors
    this.#errors = []
    return errors
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
