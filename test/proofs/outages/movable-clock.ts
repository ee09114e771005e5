import { existsSync } from 'node:fs'
import { chmod, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'

const library = '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1'

/** A reason for `skip`; false when clocks can be moved. */
export const whyNoMovableClock: string | false = existsSync(library)
  ? false
  : "Debian's libfaketime is not installed"

/** The system clock of every program started with `env`; it can jump while they run. */
export interface MovableClock {
  readonly env: Readonly<Record<string, string>>
  /** Moves the clock to this many seconds ahead of the machine's; 0 resets it. */
  set(seconds: number): Promise<void>
}

/**
 * Waits use the monotonic clock, which no clock change affects on a real machine either. One exception: signal handlers
 * see the machine's clock. PostgreSQL rearms its idle transaction timeout there, so it ends no idle transaction
 * while its clock is ahead.
 */
export async function createMovableClock(t: Test): Promise<MovableClock> {
  const folder = await mkdtemp(join(tmpdir(), '1smart-clock-'))
  // PostgreSQL's own OS user reads the folder, too.
  await chmod(folder, 0o755)
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  const file = join(folder, 'offset')
  const set = async (seconds: number): Promise<void> => {
    await writeFile(`${file}.new`, `${seconds < 0 ? '' : '+'}${seconds}\n`, { mode: 0o644 })
    await rename(`${file}.new`, file)
  }
  await set(0)
  const env = {
    LD_PRELOAD: library,
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_NO_CACHE: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    NO_FAKE_STAT: '1',
  }
  return { env, set }
}
