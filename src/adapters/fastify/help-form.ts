import { randomUUID } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import type { KnowCircumstances } from '../../application/help/index.ts'
import type { Circumstances } from '../../domain/help/circumstances.ts'
import { isDashboardPath } from '../../domain/help/help-request.ts'
import type { ConnectionId } from '../../domain/identifiers.ts'
import type { HelpForm } from './page-models/shell.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** What the page may fill in for its reader; null for a stranger, and where no page is drawn. */
    circumstances: Circumstances | null
  }
}

/**
 * Found out before anything is drawn: the widget stands on every page of a seller, an error's too, and whoever
 * draws a page need not think of it.
 */
export function whatIsKnown({ knowCircumstances }: { knowCircumstances: KnowCircumstances }) {
  return async (request: FastifyRequest): Promise<void> => {
    const { asking, record } = request
    if (!asking || !record) return
    const { id: personId } = asking.person
    const currentId = asking.session.currentConnectionId
    const looking = { personId, currentId, named: accountNamedBy(request) }
    request.circumstances = await knowCircumstances.run(record, looking)
  }
}

/** The widget's form, as new as the page. */
export function helpFormOn(request: FastifyRequest): HelpForm | null {
  const { circumstances, url } = request
  if (!circumstances) return null
  const { connectionId, amazonEmail, marketplace } = circumstances
  const path = url.split('?', 1)[0] ?? ''
  const page = isDashboardPath(path) ? path : ''
  return { formId: randomUUID(), account: connectionId ?? '', amazonEmail, marketplace, page }
}

/** `?account=…`, or the page of an account. */
function accountNamedBy({ query, params, url }: FastifyRequest): ConnectionId | null {
  const { account } = (query ?? {}) as { readonly account?: unknown }
  const { id } = (params ?? {}) as { readonly id?: unknown }
  const named = url.startsWith('/dashboard/ads/connections/') ? id : account
  return typeof named === 'string' && uuid.test(named) ? (named as ConnectionId) : null
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
