import { setTimeout as sleep } from 'node:timers/promises'
import type { Reader } from './reader.ts'

/**
 * Each reader opens a page a second, one at a time, on a fixed schedule. A slow page delays the next, and that delay
 * counts too.
 * @returns milliseconds.
 */
export async function openEverySecond(
  readers: readonly Reader[],
  path: string,
  seconds: number,
): Promise<number[]> {
  const times: number[] = []
  const startedAt = performance.now()
  await Promise.all(
    readers.map(async (reader, index) => {
      for (let second = 0; second < seconds; second += 1) {
        const due = startedAt + second * 1000 + (index * 1000) / readers.length
        await sleep(Math.max(0, due - performance.now()))
        await reader.get(path)
        times.push(performance.now() - Math.max(due, startedAt))
      }
    }),
  )
  return times
}

/**
 * Each reader sends its next request as soon as it has an answer. @returns the milliseconds of each request, and the
 * elapsed time divided by the number of requests.
 */
export async function openWithoutPause(
  readers: readonly Reader[],
  path: string,
  rounds: number,
): Promise<{ times: number[]; millisecondsEach: number }> {
  const times: number[] = []
  const startedAt = performance.now()
  await Promise.all(
    readers.map(async reader => {
      for (let round = 0; round < rounds; round += 1) times.push((await reader.get(path)).milliseconds)
    }),
  )
  return { times, millisecondsEach: (performance.now() - startedAt) / times.length }
}

/** One page at a time, account by account. @returns milliseconds. */
export async function openSequentially(
  readers: readonly Reader[],
  path: string,
  rounds: number,
): Promise<number[]> {
  const times: number[] = []
  for (let round = 0; round < rounds; round += 1)
    for (const reader of readers) times.push((await reader.get(path)).milliseconds)
  return times
}
