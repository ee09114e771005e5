import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Checks repeatedly until true. The deadline allows for a busy machine.
 * @throws {Error} when the deadline has passed.
 */
export async function eventually(
  what: string,
  condition: () => boolean | Promise<boolean>,
  seconds = 60,
): Promise<void> {
  const end = performance.now() + seconds * 1000
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`not within ${seconds} seconds: ${what}`)
    await sleep(20)
  }
}
