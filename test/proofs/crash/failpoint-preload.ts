/**
 * Preloaded into a process of the crash harness: listens at the product's failpoints and kills or freezes its process
 * at the ordered one. The product doesn't know about it.
 */
import { subscribe } from 'node:diagnostics_channel'
import { appendFileSync, closeSync, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Failpoint } from '../../../src/adapters/postgres/failpoints.ts'

/** Read at every failpoint. */
export interface Order {
  /** The first process at the point creates a file of this name, so that only one is hit. */
  readonly name: string
  /** `before lease taken`, `after report_loaded`, … */
  readonly point: string
  /** Which hit of the point within one process, from 1. */
  readonly hit: number
  readonly signal: 'SIGKILL' | 'SIGSTOP'
}

export interface Struck {
  readonly pid: number
  readonly at: number
}

const folder = process.env['CRASH_FOLDER']
const hits = new Map<string, number>()
/** Set once this process was frozen and woke: the file for the failpoints it passes. */
let diary: string | null = null

if (folder) {
  subscribe('1smart.failpoints', message => {
    const { side, commit } = message as Failpoint
    if (diary) appendFileSync(diary, `${side} ${commit}\n`)
    const order = currentOrder(folder)
    if (!order || order.point !== `${side} ${commit}`) return
    const hit = (hits.get(order.name) ?? 0) + 1
    hits.set(order.name, hit)
    const place = join(folder, order.name)
    if (hit !== order.hit || !isFirst(place)) return
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
