/**
 * Preloaded into a process of the crash harness: listens at the product's failpoints and kills or freezes its process
 * at the requested one. The product itself doesn't know this module.
 */
import { subscribe } from 'node:diagnostics_channel'
import { appendFileSync, closeSync, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Failpoint } from '../../../src/adapters/postgres/engine/failpoints.ts'

/** The requested kill or freeze. Read at every failpoint. */
export interface Interruption {
  /** The first process at the point creates a file of this name, so that only one is hit. */
  readonly name: string
  /** `before lease taken`, `after report_loaded`, … */
  readonly point: string
  /** Which hit of the point within one process, from 1. */
  readonly hit: number
  readonly signal: 'SIGKILL' | 'SIGSTOP'
}

export interface Interrupted {
  readonly pid: number
  readonly at: number
}

const folder = process.env['CRASH_FOLDER']
const hits = new Map<string, number>()
/** Set when this process wakes from a freeze: the file that lists the failpoints it passes afterwards. */
let wakeLog: string | null = null

if (folder) {
  subscribe('1smart.failpoints', message => {
    const { side, commit } = message as Failpoint
    if (wakeLog) appendFileSync(wakeLog, `${side} ${commit}\n`)
    const interruption = currentInterruption(folder)
    if (!interruption || interruption.point !== `${side} ${commit}`) return
    const hit = (hits.get(interruption.name) ?? 0) + 1
    hits.set(interruption.name, hit)
    const path = join(folder, interruption.name)
    if (hit !== interruption.hit || !claimInterruption(path)) return
    process.kill(process.pid, interruption.signal)
    wakeLog = `${path}.wake`
  })
}

function currentInterruption(folder: string): Interruption | null {
  try {
    return JSON.parse(readFileSync(join(folder, 'interruption.json'), 'utf8'))
  } catch {
    return null
  }
}

function claimInterruption(file: string): boolean {
  try {
    const descriptor = openSync(file, 'wx')
    writeSync(descriptor, JSON.stringify({ pid: process.pid, at: Date.now() } satisfies Interrupted))
    closeSync(descriptor)
    return true
  } catch {
    return false
  }
}
