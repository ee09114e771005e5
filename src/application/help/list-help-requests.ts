import type { HelpState } from '../../domain/help/standing.ts'
import type { PersonId } from '../../domain/identifiers.ts'
import { demandStaff, type People } from '../access/index.ts'
import type { HelpInbox, InboxLine, InboxOrder, InboxPlace } from './ports.ts'

export const inboxPage = 25
/** Exact counts don't matter beyond it. */
export const countedTo = 1000

export interface Inbox {
  readonly lines: readonly InboxLine[]
  /** Null on the last page. */
  readonly next: InboxPlace | null
  /** Up to {@link maxInboxCount}. */
  readonly counts: Readonly<Record<HelpState, number>>
}

/** Shows names, times and texts, but no addresses (S-30). */
export class ListHelpRequests {
  readonly #needs: { people: Pick<People, 'byId'>; inbox: HelpInbox }

  constructor(needs: { people: Pick<People, 'byId'>; inbox: HelpInbox }) {
    this.#needs = needs
  }

  /** @throws {StaffOnly} */
  async run({
    by,
    ...which
  }: {
    readonly by: PersonId
    readonly state: HelpState
    readonly order: InboxOrder
    readonly after: InboxPlace | null
  }): Promise<Inbox> {
    const { people, inbox } = this.#needs
    await demandStaff(people, by)
    const found = await inbox.list(which, inboxPage + 1)
    const lines = found.slice(0, inboxPage)
    const last = found.length > inboxPage ? lines.at(-1)?.request : null
    const next = last ? { since: last.standing.since, id: last.id } : null
    return { lines, next, counts: await inbox.counts(countedTo) }
  }
}
