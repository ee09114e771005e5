import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Checks the condition repeatedly until it is true. The deadline allows for a busy machine.
 * @throws {Error} when the deadline has passed.
 */
export async function eventually(
  description: string,
  condition: () => boolean | Promise<boolean>,
  seconds = 60,
): Promise<void> {
  const end = performance.now() + seconds * 1000
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`not within ${seconds} seconds: ${description}`)
    await sleep(20)
  }
}
