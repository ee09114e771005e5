/** Base of the in-memory stores: a stopped clock, fixed random numbers, transactions that roll back. */

import { AsyncLocalStorage } from 'node:async_hooks'
import { setImmediate } from 'node:timers/promises'
import { Clock, OutageDetector, RandomSource, Timeline, UnitOfWork } from '../../../src/application/ports.ts'
import { after } from '../../../src/domain/calendar.ts'
import type { TimelineEntry, TimelineEventKind } from '../../../src/domain/timeline/entry.ts'
import { noon } from '../examples.ts'

export class StoppedClock extends Clock {
  #now = noon

  now(): Date {
    return this.#now
  }

  /** Yields only; the time does not change. */
  async sleep(): Promise<void> {
    await setImmediate()
  }

  advance(milliseconds: number): void {
    this.#now = after(this.#now, milliseconds)
  }

  set(date: Date): void {
    this.#now = date
  }
}

export class FixedRandomSource extends RandomSource {
  value = 0

  next(): number {
    return this.value
  }
}

interface Memory {
  /** @returns a function that restores the current state. */
  remember(): () => void
}

/**
 * Runs one transaction at a time; an error restores every store. It also loses writes made outside the transaction in
 * the meantime; no use case makes any.
 */
export class FakeUnitOfWork extends UnitOfWork {
  readonly #inside = new AsyncLocalStorage<true>()
  readonly memories: Memory[] = []
  #last: Promise<unknown> = Promise.resolve()
  commitError: Error | null = null

  transaction<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.isOpen) return work()
    const result = this.#last.then(() => this.#inside.run(true, () => this.#attempt(work)))
    this.#last = result.catch(() => undefined)
    return result
  }

  get isOpen(): boolean {
    return this.#inside.getStore() === true
  }

  /** @throws {Error} outside a transaction. */
  readonly assertInside = (): void => {
    if (!this.isOpen) throw new Error('no unit of work is open')
  }

  /**
   * @throws {Error} inside a transaction: it must not stay open during a call to Amazon, nor may a job be enqueued in
   * it.
   */
  readonly assertOutside = (): void => {
    if (this.isOpen) throw new Error('external call while a unit of work is open')
  }

  async #attempt<Result>(work: () => Promise<Result>): Promise<Result> {
    const restorers = this.memories.map(memory => memory.remember())
    try {
      const result = await work()
      const failure = this.commitError
      this.commitError = null
      if (failure) throw failure
      return result
    } catch (error) {
      for (const restore of restorers) restore()
      throw error
    }
  }
}

/** Rows by key; values are never changed in place. */
export class Table<Key, Row> implements Memory {
  readonly #rows = new Map<Key, Row>()
  /** Previous values of the rows changed since `remember`. */
  #before = new Map<Key, Row | undefined>()

  get(key: Key): Row | undefined {
    return this.#rows.get(key)
  }

  set(key: Key, row: Row): void {
    this.#note(key)
    this.#rows.set(key, row)
  }

  delete(key: Key): boolean {
    this.#note(key)
    return this.#rows.delete(key)
  }

  get size(): number {
    return this.#rows.size
  }

  all(): Row[] {
    return [...this.#rows.values()]
  }

  entries(): [Key, Row][] {
    return [...this.#rows]
  }

  remember(): () => void {
    const before = new Map<Key, Row | undefined>()
    this.#before = before
    return () => {
      for (const [key, row] of before) {
        if (row === undefined) this.#rows.delete(key)
        else this.#rows.set(key, row)
      }
    }
  }

  #note(key: Key): void {
    if (!this.#before.has(key)) this.#before.set(key, this.#rows.get(key))
  }
}

/** Thrown by any store, as if the database had not answered. */
export class StorageOutage extends Error {
  override readonly name = 'StorageOutage'
}

export class FakeOutageDetector extends OutageDetector {
  isOutage(error: unknown): boolean {
    return error instanceof StorageOutage
  }
}

export class RecordingTimeline extends Timeline {
  readonly #entries = new Table<number, TimelineEntry>()

  constructor(unitOfWork: FakeUnitOfWork) {
    super()
    unitOfWork.memories.push(this.#entries)
  }

  async append(...entries: readonly TimelineEntry[]): Promise<void> {
    for (const one of entries) this.#entries.set(this.#entries.size, one)
  }

  get entries(): TimelineEntry[] {
    return this.#entries.all()
  }

  get kinds(): TimelineEventKind[] {
    return this.entries.map(({ event }) => event.kind)
  }

  of(kind: TimelineEventKind): TimelineEntry[] {
    return this.entries.filter(({ event }) => event.kind === kind)
  }
}
