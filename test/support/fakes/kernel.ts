/** What every store in memory rests on: a clock that stands, dice that fall alike, units of work that can be taken back. */

import { AsyncLocalStorage } from 'node:async_hooks'
import { setImmediate } from 'node:timers/promises'
import { Chance, Clock, Storage, Timeline, UnitOfWork } from '../../../src/application/ports.ts'
import { after } from '../../../src/domain/calendar.ts'
import type { ConnectionId, PersonId } from '../../../src/domain/identifiers.ts'
import type { HappeningKind, TimelineEntry } from '../../../src/domain/timeline/entry.ts'
import { noon } from '../examples.ts'

export class StoppedClock extends Clock {
  #now = noon

  now(): Date {
    return this.#now
  }

  /** Lets the others go on; the hands stay where they are. */
  async sleep(): Promise<void> {
    await setImmediate()
  }

  advance(milliseconds: number): void {
    this.#now = after(this.#now, milliseconds)
  }

  set(moment: Date): void {
    this.#now = moment
  }
}

/** Always the same throw. */
export class FixedDice extends Chance {
  throws = 0

  next(): number {
    return this.throws
  }
}

/** What a unit of work can take back. */
interface Memory {
  /** @returns the way back to how it is now. */
  remember(): () => void
}

/**
 * One unit of work after the other; one that throws leaves every store as it was. Whatever is written outside
 * meanwhile is lost with it: no use case does that.
 */
export class FakeUnitOfWork extends UnitOfWork {
  readonly #inside = new AsyncLocalStorage<true>()
  readonly memories: Memory[] = []
  #last: Promise<unknown> = Promise.resolve()
  /** What the next commit fails with, as when the connection to the database breaks. */
  failsToCommit: Error | null = null

  run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.isOpen) return work()
    const result = this.#last.then(() => this.#inside.run(true, () => this.#attempt(work)))
    this.#last = result.catch(() => undefined)
    return result
  }

  get isOpen(): boolean {
    return this.#inside.getStore() === true
  }

  /** @throws {Error} outside. */
  readonly demandInside = (): void => {
    if (!this.isOpen) throw new Error('there is no unit of work to hold this for')
  }

  /** @throws {Error} inside: nobody holds a transaction open during a call to Amazon, and no bell rings in it. */
  readonly demandOutside = (): void => {
    if (this.isOpen) throw new Error('this leaves the house while a unit of work is open')
  }

  async #attempt<Result>(work: () => Promise<Result>): Promise<Result> {
    const waysBack = this.memories.map(memory => memory.remember())
    try {
      const result = await work()
      const failure = this.failsToCommit
      this.failsToCommit = null
      if (failure) throw failure
      return result
    } catch (error) {
      for (const goBack of waysBack) goBack()
      throw error
    }
  }
}

/** Rows by their key; values are never changed in place. */
export class Table<Key, Row> implements Memory {
  readonly #rows = new Map<Key, Row>()
  /** How each row that was touched since looked when it was remembered. */
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

/** Thrown by whatever, as if the database had not answered. */
export class StorageOutage extends Error {
  override readonly name = 'StorageOutage'
}

export class FakeStorage extends Storage {
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

  /** Of an erased connection, of the attempts that led to it, and what names one of its own words. */
  eraseDetails({ id, personId, words }: { id: ConnectionId; personId: PersonId; words: string[] }): void {
    const plain: readonly HappeningKind[] = [
      'closed',
      'erasure_asked',
      'erasure_begun',
      'erased',
      'details_erased',
    ]
    const began: readonly HappeningKind[] = ['connected', 'reopened', 'authorisation_renewed']
    const attempts = this.entries
      .filter(({ connectionId, happening }) => connectionId === id && began.includes(happening.kind))
      .map(({ attemptId }) => attemptId)
    for (const [key, one] of this.#entries.entries()) {
      const { connectionId, attemptId, happening } = one
      if (one.personId !== personId || plain.includes(happening.kind)) continue
      const isOfAttempt = connectionId === null && attemptId !== null && attempts.includes(attemptId)
      const isNamed = words.some(word => JSON.stringify(happening).includes(JSON.stringify(word)))
      if (connectionId !== id && !isOfAttempt && !isNamed) continue
      this.#entries.set(key, { ...one, happening: { kind: 'details_erased', was: happening.kind } })
    }
  }

  get entries(): TimelineEntry[] {
    return this.#entries.all()
  }

  get kinds(): HappeningKind[] {
    return this.entries.map(({ happening }) => happening.kind)
  }

  of(kind: HappeningKind): TimelineEntry[] {
    return this.entries.filter(({ happening }) => happening.kind === kind)
  }
}
