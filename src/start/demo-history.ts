import { fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { emptyDatabase, isUnused, migrate } from '../adapters/postgres/migrating.ts'
import type { Secret } from '../domain/secret.ts'
import type { Environment, Settings } from '../settings.ts'

const script = join(import.meta.dirname, '../../demo/main.ts')

interface DemoHistory {
  readonly settings: Settings
  /** With the settings that lead to the sandbox. */
  readonly environment: Environment
  readonly sandboxUrl: string
  readonly databaseUrl: Secret
  readonly tokenKeys: readonly Secret[]
  readonly dataDirectory: string
  readonly ending: AbortSignal
  readonly tell: (line: string) => void
}

/**
 * Sellers live through the last days in a database that nobody has used yet, before the product runs, so that the console has
 * something to tell. The program that lets them is one of its own: nothing of it is imported.
 *
 * While it is made a file says so. One that was cut off is thrown away by the next start, whole: nobody could sign in yet.
 */
export async function makeDemoHistory(plan: DemoHistory): Promise<void> {
  const { settings, sandboxUrl, databaseUrl, dataDirectory, ending, tell } = plan
  const mark = join(dataDirectory, 'demo.making')
  if (existsSync(mark)) await startOver(databaseUrl, mark)
  const { demoSellers } = settings
  if (demoSellers === 0 || !(await isUnused(databaseUrl))) return

  tell(
    `\nMaking the last days of some sellers (DEMO_SELLERS=${demoSellers}) for the console to tell of: once, in about a minute.\n`,
  )
  await writeFile(mark, '')
  const isMade = await liveThrough(plan)
  ending.throwIfAborted()
  if (isMade) return rm(mark)
  // Its clock was set back, and faults may be on.
  await fetch(new URL('/sandbox/reset', sandboxUrl), { method: 'POST' })
  await startOver(databaseUrl, mark)
  tell('It did not succeed, and nothing of it was kept: the console begins empty.\n')
}

/** The mark goes last: whoever is cut off in here comes by again. */
async function startOver(databaseUrl: Secret, mark: string): Promise<void> {
  await emptyDatabase(databaseUrl)
  await migrate(databaseUrl)
  await rm(mark)
}

async function liveThrough(plan: DemoHistory): Promise<boolean> {
  const { environment, databaseUrl, tokenKeys, ending, tell } = plan
  const child = fork(script, {
    env: {
      ...environment,
      DATABASE_URL: databaseUrl.reveal(),
      TOKEN_KEYS: tokenKeys.map(key => key.reveal()).join(','),
    },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const end = () => child.kill('SIGTERM')
  ending.addEventListener('abort', end)
  let told = 0
  child.on('message', ({ done }: { done: number }) => {
    if (done < told + 0.1) return
    told = done
    tell(`  ${Math.round(done * 100)} %\n`)
  })
  try {
    const [code] = await once(child, 'exit')
    return code === 0
  } finally {
    ending.removeEventListener('abort', end)
  }
}
