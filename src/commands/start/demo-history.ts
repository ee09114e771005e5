import { fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isEmptyDatabase, reserveSequenceNumbers } from '../../adapters/postgres/migrations/migrate.ts'
import type { Secret } from '../../domain/secret.ts'
import type { Environment, Settings } from '../../settings/settings.ts'

const script = join(import.meta.dirname, '../../../demo/main.ts')

const markerFileIn = (dataDirectory: string): string => join(dataDirectory, 'demo.making')

/** True until the demo data is complete. Call before any write to the database. */
export async function isDemoHistoryDue(
  { demoSellers }: Settings,
  databaseUrl: Secret,
  dataDirectory: string,
): Promise<boolean> {
  if (demoSellers === 0) return false
  if (existsSync(markerFileIn(dataDirectory))) return true
  if (!(await isEmptyDatabase(databaseUrl))) return false
  await reserveSequenceNumbers(databaseUrl)
  await writeFile(markerFileIn(dataDirectory), '')
  return true
}

export interface DemoHistoryPlan {
  readonly settings: Settings
  /** Must point to the sandbox. */
  readonly environment: Environment
  /** As the owner: a scratch database is created and copied. */
  readonly databaseUrl: Secret
  readonly tokenKeys: readonly Secret[]
  readonly dataDirectory: string
  readonly log: (line: string) => void
}

/**
 * A separate program fills a scratch database, and all sellers appear at once. A killed run starts over (decision 21).
 */
export class DemoHistory {
  #child: ReturnType<typeof fork> | null = null
  #state: 'waiting' | 'making' | 'made' | 'failed' | 'stopped'
  #done = 0

  constructor(isDue: boolean) {
    this.#state = isDue ? 'waiting' : 'made'
  }

  /** 0 to 100; null when nothing is being created. */
  get percent(): number | null {
    return this.#state === 'waiting' || this.#state === 'making' ? Math.floor(this.#done * 100) : null
  }

  /** No effect unless due. */
  begin(plan: DemoHistoryPlan): void {
    if (this.#state !== 'waiting') return
    const { environment, databaseUrl, tokenKeys, dataDirectory, settings, log } = plan
    const child = fork(script, {
      env: {
        ...environment,
        DATABASE_URL: databaseUrl.reveal(),
        TOKEN_KEYS: tokenKeys.map(key => key.reveal()).join(','),
      },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    this.#child = child
    this.#state = 'making'
    log(`\n  Creating demo data (${settings.demoSellers} sellers), about a minute, once\n`)
    let reportedShare = 0
    child.on('message', ({ done }: { done: number }) => {
      this.#done = done
      if (done < reportedShare + 0.25) return
      reportedShare = done
      log(`  Demo data: ${Math.round(done * 100)}%\n`)
    })
    child.on('exit', async (code, signal) => {
      // Ctrl-C in a terminal reaches both programs.
      if (this.#state !== 'making' || signal === 'SIGINT') return
      this.#state = code === 0 ? 'made' : 'failed'
      if (code === 0) await rm(markerFileIn(dataDirectory))
      log(
        code === 0
          ? '  Demo data: done. The sellers are in the support console.\n'
          : '  Demo data: failed. The next start tries again.\n',
      )
    })
  }

  async stop(): Promise<void> {
    this.#state = 'stopped'
    const child = this.#child
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
}
