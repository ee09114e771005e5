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
  const began = performance.now()
  await Promise.all(
    readers.map(async (reader, at) => {
      for (let second = 0; second < seconds; second += 1) {
        const due = began + second * 1000 + (at * 1000) / readers.length
        await sleep(Math.max(0, due - performance.now()))
        await reader.get(path)
        times.push(performance.now() - Math.max(due, began))
      }
    }),
  )
  return times
}

/**
 * Each reader asks again as soon as it has an answer. @returns milliseconds, and the cost of one answer for all of
 * them.
 */
export async function openWithoutPause(
  readers: readonly Reader[],
  path: string,
  turns: number,
): Promise<{ times: number[]; each: number }> {
  const times: number[] = []
  const began = performance.now()
  await Promise.all(
    readers.map(async reader => {
      for (let turn = 0; turn < turns; turn += 1) times.push((await reader.get(path)).milliseconds)
    }),
  )
  return { times, each: (performance.now() - began) / times.length }
}

/** One page at a time, account by account. @returns milliseconds. */
export async function openSequentially(
  readers: readonly Reader[],
  path: string,
  turns: number,
): Promise<number[]> {
  const times: number[] = []
  for (let turn = 0; turn < turns; turn += 1)
    for (const reader of readers) times.push((await reader.get(path)).milliseconds)
  return times
}
