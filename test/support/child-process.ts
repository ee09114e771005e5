import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'

/**
 * Waits until a child process has ended and its output is read.
 * @returns its exit code; null when a signal ended it.
 * @throws {Error} after `seconds`, having killed it: with its command, its threads' wait channels and its last output.
 */
export async function endOf(
  child: ChildProcess,
  { seconds = 60, printed = () => '' }: { seconds?: number; printed?: () => string } = {},
): Promise<number | null> {
  const tooLate = AbortSignal.timeout(seconds * 1000)
  const output = [child.stdout, child.stderr].filter(stream => stream !== null)
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null
  try {
    if (!hasEnded()) await once(child, 'exit', { signal: tooLate })
    for (const stream of output) if (!stream.closed) await once(stream, 'close', { signal: tooLate })
    return child.exitCode
  } catch (error) {
    if (!tooLate.aborted) throw error
    const where = hasEnded() ? 'another process holds its output' : await waitsOf(child.pid)
    child.kill('SIGKILL')
    for (const stream of output) stream.destroy()
    const command = child.spawnargs.join(' ')
    throw new Error(
      `${command} has not ended after ${seconds} seconds (${where}). It printed last:\n${printed().slice(-2000)}`,
    )
  }
}

/** What each thread waits for (Linux). All in futex_… means a deadlock, such as nodejs/node#54918 at exit. */
async function waitsOf(pid: number | undefined): Promise<string> {
  const tasks = `/proc/${pid}/task`
  const threads = await readdir(tasks).catch(() => [])
  const read = (thread: string, what: string) =>
    readFile(`${tasks}/${thread}/${what}`, 'utf8').catch(() => '?')
  const waits = threads.map(
    async thread => `${(await read(thread, 'comm')).trim()}: ${await read(thread, 'wchan')}`,
  )
  return (await Promise.all(waits)).join(', ')
}
