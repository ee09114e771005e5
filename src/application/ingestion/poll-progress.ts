import type { Person } from '../../domain/access/person.ts'
import type { Session, SessionKind } from '../../domain/access/session.ts'
import type { ConnectionId, SessionId } from '../../domain/identifiers.ts'
import { type Progress, progressOf } from '../../domain/ingestion/progress.ts'
import type { Report } from '../../domain/ingestion/report.ts'
import type { Clock } from '../ports.ts'
import type { CheckProgress } from './check-progress.ts'
import type { AwaitedLoading, Ingestions, Polls } from './ports.ts'
import { usualDurationsOf } from './usual-durations.ts'

interface Recognise {
  admit(
    known: { readonly session: Session; readonly person: Person },
    kind: SessionKind,
  ): Promise<object | null>
}

interface Needs {
  readonly polls: Polls
  readonly recognise: Recognise
  readonly ingestions: Ingestions
  readonly checkProgress: CheckProgress
  readonly clock: Clock
}

export type Polled =
  | { readonly polled: 'signed_out' }
  | { readonly polled: 'no_connection' }
  | { readonly polled: 'nothing_loading' }
  | PolledProgress

export interface PolledProgress {
  readonly polled: 'progress'
  readonly connectionId: ConnectionId
  readonly progress: Progress
  /** All reports of the sync if every one failed; otherwise empty. */
  readonly reports: readonly Report[]
}

/** A cheaper {@link GetSyncProgress} for pages that poll (S-21). */
export class PollProgress {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /** @param named connection in the page's URL; another user's gives `no_connection`. */
  async run(sessionId: SessionId, named: string | null): Promise<Polled> {
    const { polls, recognise, clock } = this.#needs
    const found = await polls.find(sessionId, named, clock.now())
    if (!found || !(await recognise.admit(found, 'seller'))) return { polled: 'signed_out' }
    return found.awaited ? this.#progressOf(found.awaited) : { polled: 'no_connection' }
  }

  async #progressOf({ connectionId, region, run }: AwaitedLoading): Promise<Polled> {
    const { ingestions, checkProgress, clock } = this.#needs
    if (!run || run.reports.every(({ status }) => status === 'failed')) {
      const loading = await checkProgress.run({ id: connectionId, profile: { region } })
      if (!loading) return { polled: 'nothing_loading' }
      return { polled: 'progress', connectionId, progress: loading.progress, reports: loading.reports }
    }
    const usual = await usualDurationsOf(ingestions, region, run.reports, run.requestedAt)
    const progress = progressOf(run.reports, run.requestedAt, usual, clock.now())
    return { polled: 'progress', connectionId, progress, reports: [] }
  }
}
