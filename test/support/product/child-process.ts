import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'

/**
 * Waits until a child process has ended and its output is read.
 * @returns the exit code; null when a signal ended the process.
 * @throws {Error} after `seconds`: kills the process and reports its command, wait channels and last output.
 */
export async function waitForExit(
  child: ChildProcess,
  { seconds = 60, readOutput = () => '' }: { seconds?: number; readOutput?: () => string } = {},
): Promise<number | null> {
  const timeout = AbortSignal.timeout(seconds * 1000)
  const output = [child.stdout, child.stderr].filter(stream => stream !== null)
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null
  try {
    if (!hasEnded()) await once(child, 'exit', { signal: timeout })
    for (const stream of output) if (!stream.closed) await once(stream, 'close', { signal: timeout })
    return child.exitCode
  } catch (error) {
    if (!timeout.aborted) throw error
    const state = hasEnded() ? 'another process holds its output' : await describeWaits(child.pid)
    child.kill('SIGKILL')
    for (const stream of output) stream.destroy()
    const command = child.spawnargs.join(' ')
    throw new Error(
      `${command} has not ended after ${seconds} seconds (${state}). It printed last:\n${readOutput().slice(-2000)}`,
    )
  }
}

/** What each thread waits for (Linux). All in futex_… means a deadlock, such as nodejs/node#54918 at exit. */
async function describeWaits(pid: number | undefined): Promise<string> {
  const tasks = `/proc/${pid}/task`
  const threads = await readdir(tasks).catch(() => [])
  const read = (thread: string, what: string) =>
    readFile(`${tasks}/${thread}/${what}`, 'utf8').catch(() => '?')
  const waits = threads.map(
    async thread => `${(await read(thread, 'comm')).trim()}: ${await read(thread, 'wchan')}`,
  )
  return (await Promise.all(waits)).join(', ')
}
