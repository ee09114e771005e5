import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Checks again and again until it is so. The deadline is for a machine that is busy with other things.
 * @throws when it is not so within so many seconds.
 */
export async function eventually(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  seconds = 60,
): Promise<void> {
  const end = performance.now() + seconds * 1000
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`not within ${seconds} seconds: ${what}`)
    await sleep(20)
  }
}
