import { existsSync } from 'node:fs'
import { chmod, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'

/** Where Debian puts the library that stands between a program and its clock. */
const library = '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1'

/** For `skip`: why no clock can be moved here; false where one can. */
export const lackOfClocks: string | false = existsSync(library)
  ? false
  : "Debian's libfaketime is not installed"

/** The clock on the wall of every program that is started with `env`: it jumps under a program that runs. */
export interface MovableClock {
  readonly env: Readonly<Record<string, string>>
  /** From now on so many seconds ahead of the machine's; 0 sets it right. */
  set(seconds: number): Promise<void>
}

/**
 * What a program waits for goes on by the steady clock, which no setting of the wall clock moves on a real machine either. All but
 * this: a signal that comes while a program waits is handled by the machine's clock. PostgreSQL's limit for idle transactions
 * is set anew there, and ends none while its clock is ahead.
 */
export async function aMovableClock(t: Test): Promise<MovableClock> {
  const folder = await mkdtemp(join(tmpdir(), '1smart-clock-'))
  // A server's own user reads it, too.
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
