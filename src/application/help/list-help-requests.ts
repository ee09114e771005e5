import type { HelpState } from '../../domain/help/standing.ts'
import type { PersonId } from '../../domain/identifiers.ts'
import { demandStaff, type People } from '../access/index.ts'
import type { HelpInbox, InboxLine, InboxOrder, InboxPlace } from './ports.ts'

/** As many as an agent looks over at once. */
export const inboxPage = 25
/** From there on it matters no more how many there are exactly. */
export const countedTo = 1000

export interface Inbox {
  readonly lines: readonly InboxLine[]
  /** Where the next page begins; null on the last one. */
  readonly next: InboxPlace | null
  /** No further than to {@link countedTo}. */
  readonly counts: Readonly<Record<HelpState, number>>
}

/** A member of the staff looks over what people have asked (S-30): who, when and the words, and no address of theirs. */
export class ListHelpRequests {
  readonly #needs: { people: Pick<People, 'byId'>; inbox: HelpInbox }

  constructor(needs: { people: Pick<People, 'byId'>; inbox: HelpInbox }) {
    this.#needs = needs
  }

  /** @throws {StaffAlone} */
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
