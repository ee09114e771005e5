import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'

/**
 * Waits until a child process has ended and all that it printed is read; at once when it ended before.
 * @returns its exit code; null when a signal ended it.
 * @throws after so many seconds, having killed it: with its command and what it printed last.
 */
export async function endOf(
  child: ChildProcess,
  { seconds = 60, printed }: { seconds?: number; printed?: () => string } = {},
): Promise<number | null> {
  const tooLate = AbortSignal.timeout(seconds * 1000)
  const output = [child.stdout, child.stderr].filter(stream => stream !== null)
  try {
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit', { signal: tooLate })
    for (const stream of output) if (!stream.closed) await once(stream, 'close', { signal: tooLate })
    return child.exitCode
  } catch (error) {
    if (!tooLate.aborted) throw error
    const has =
      child.exitCode === null && child.signalCode === null
        ? 'has not ended'
        : 'has ended, but not its output,'
    child.kill('SIGKILL')
    for (const stream of output) stream.destroy()
    const last = printed ? ` It printed last:\n${printed().slice(-2000)}` : ''
    throw new Error(`${child.spawnargs.join(' ')} ${has} after ${seconds} seconds.${last}`)
  }
}
