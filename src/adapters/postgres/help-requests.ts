import type { EntityManager } from '@mikro-orm/postgresql'
import { HelpRequests } from '../../application/help/ports.ts'
import type { HelpRequest } from '../../domain/help/help-request.ts'
import type { HelpStanding } from '../../domain/help/standing.ts'
import type { ConnectionId, HelpFormId, HelpRequestId, PersonId } from '../../domain/identifiers.ts'
import { type HelpRequestColumns, HelpRequestRow } from './schema.ts'

export class PostgresHelpRequests extends HelpRequests {
  readonly #em: EntityManager

  constructor(em: EntityManager) {
    super()
    this.#em = em
  }

  async sentWith(personId: PersonId, form: HelpFormId): Promise<HelpRequestId | null> {
    const sent = { personId, formId: form }
    const row = await this.#em.findOne(HelpRequestRow, sent, { fields: ['id'], disableIdentityMap: true })
    return (row?.id ?? null) as HelpRequestId | null
  }

  async keep({ words, standing, ...request }: HelpRequest, form: HelpFormId): Promise<void> {
    await this.#em.insert(HelpRequestRow, {
      ...request,
      ...words,
      ...toColumns(standing),
      formId: form,
    })
  }

  countSince(personId: PersonId, since: Date): Promise<number> {
    return this.#em.count(HelpRequestRow, { personId, askedAt: { $gt: since } })
  }

  async latestOf(personId: PersonId, limit: number): Promise<HelpRequest[]> {
    const rows = await this.#em.find(
      HelpRequestRow,
      { personId },
      { orderBy: { askedAt: 'desc', id: 'asc' }, limit, disableIdentityMap: true },
    )
    return rows.map(toRequest)
  }

  async byId(id: HelpRequestId): Promise<HelpRequest | null> {
    const row = await this.#em.findOne(HelpRequestRow, { id }, { disableIdentityMap: true })
    return row && toRequest(row)
  }

  async put(id: HelpRequestId, standing: HelpStanding): Promise<void> {
    await this.#em.nativeUpdate(HelpRequestRow, { id }, toColumns(standing))
  }
}

const toColumns = ({ state, since, by }: HelpStanding) => ({ state, since, stateBy: by })

export const toRequest = (row: HelpRequestColumns): HelpRequest => ({
  id: row.id as HelpRequestId,
  personId: row.personId as PersonId,
  askedAt: row.askedAt,
  connectionId: row.connectionId as ConnectionId | null,
  words: { message: row.message, amazonEmail: row.amazonEmail, marketplace: row.marketplace },
  page: row.page ?? null,
  reference: row.reference ?? null,
  standing: { state: row.state, since: row.since, by: (row.stateBy ?? null) as PersonId | null },
})
