/**
 * Preloaded into a worker or web process of the crash harness: it listens at the product's boundaries and ends, or
 * freezes, its own process at the one that the order names. The product knows nothing of it.
 */
import { subscribe } from 'node:diagnostics_channel'
import { appendFileSync, closeSync, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Boundary } from '../../../src/adapters/postgres/boundaries.ts'

/** What lies in the folder as `order.json`, read anew at every boundary. */
export interface Order {
  /** The first process that gets there makes a file of this name: of several that are told the same, one alone dies. */
  readonly name: string
  /** `before lease taken`, `after report_loaded`, … */
  readonly point: string
  /** Which of the passings of the point in one process. */
  readonly passing: number
  readonly signal: 'SIGKILL' | 'SIGSTOP'
}

/** What the file of the order's name says. */
export interface Struck {
  readonly pid: number
  readonly at: number
}

const folder = process.env['CRASH_FOLDER']
const passings = new Map<string, number>()
/** Since this process was frozen and woke again: where it tells what it passes. */
let diary: string | null = null

if (folder) {
  subscribe('1smart.boundaries', message => {
    const { side, commit } = message as Boundary
    if (diary) appendFileSync(diary, `${side} ${commit}\n`)
    const order = currentOrder(folder)
    if (!order || order.point !== `${side} ${commit}`) return
    const passing = (passings.get(order.name) ?? 0) + 1
    passings.set(order.name, passing)
    const place = join(folder, order.name)
    if (passing !== order.passing || !isFirst(place)) return
    process.kill(process.pid, order.signal)
    diary = `${place}.diary`
  })
}

function currentOrder(folder: string): Order | null {
  try {
    return JSON.parse(readFileSync(join(folder, 'order.json'), 'utf8'))
  } catch {
    return null
  }
}

function isFirst(file: string): boolean {
  try {
    const descriptor = openSync(file, 'wx')
    writeSync(descriptor, JSON.stringify({ pid: process.pid, at: Date.now() } satisfies Struck))
    closeSync(descriptor)
    return true
  } catch {
    return false
  }
}
