import { setTimeout as sleep } from 'node:timers/promises'
import { endOf } from '../../support/child-process.ts'
import type { Order } from './failpoint-preload.ts'
import type { Plan } from './plans.ts'
import type { Crew, Member } from './processes.ts'

export interface Fallen {
  readonly member: Member
  readonly at: number
}

/** A plan's kill: armed by its scene, hits at most one process. */
export class Blow {
  readonly #processes: Crew
  readonly #order: Order | null
  readonly #plan: Plan
  readonly #span: number
  readonly #onFallen: (fallen: Fallen) => void
  readonly #end = new AbortController()
  #timer: Promise<void> = Promise.resolve()
  #fallen: Fallen | null = null

  constructor(
    processes: Crew,
    {
      plan,
      name,
      span,
      onFallen,
    }: { plan: Plan; name: string; span: number; onFallen: (fallen: Fallen) => void },
  ) {
    const { kill } = plan
    this.#processes = processes
    this.#plan = plan
    this.#span = span
    this.#onFallen = onFallen
    this.#order = kill.at === 'point' ? { name, ...kill, signal: 'SIGKILL' } : null
  }

  get fallen(): Fallen | null {
    return this.#fallen
  }

  arm(candidates: readonly Member[]): void {
    const { kill } = this.#plan
    if (this.#order) {
      for (const member of candidates) void member.ended.then(() => this.#readWhom(member))
      this.#processes.give(this.#order)
    } else if (kill.at === 'instant') {
      const victim = candidates[kill.victim] ?? candidates[0]
      if (victim) this.#timer = this.#strikeIn(kill.share * this.#span, victim)
    }
  }

  /**
   * Waits for the kill: a random instant may be still to come, and a point may be passed shortly after all is finished.
   */
  async over(): Promise<void> {
    await this.#timer
    for (let waited = 0; this.#order && !this.#fallen && waited < 600; waited += 50) await sleep(50)
    this.#processes.withdraw()
    this.#end.abort()
  }

  async #strikeIn(milliseconds: number, victim: Member): Promise<void> {
    await sleep(milliseconds)
    const at = Date.now()
    victim.child.kill('SIGKILL')
    await endOf(victim.child)
    this.#fall({ member: victim, at })
  }

  #readWhom(member: Member): void {
    const struck = this.#order && this.#processes.struckBy(this.#order)
    if (struck?.pid === member.child.pid && struck) this.#fall({ member, at: struck.at })
  }

  #fall(fallen: Fallen): void {
    this.#fallen = fallen
    this.#onFallen(fallen)
  }
}
