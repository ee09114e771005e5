import { randomUUID } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import type { KnowCircumstances } from '../../application/help/index.ts'
import type { Circumstances } from '../../domain/help/circumstances.ts'
import { isDashboardPath } from '../../domain/help/help-request.ts'
import type { ConnectionId } from '../../domain/identifiers.ts'
import type { HelpForm } from './page-models/shell.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Null when signed out, or when no page is rendered. */
    circumstances: Circumstances | null
  }
}

/** Runs before any page is rendered: all seller pages have the widget, error pages too. */
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

export function helpFormOn(request: FastifyRequest): HelpForm | null {
  const { circumstances, url } = request
  if (!circumstances) return null
  const { connectionId, amazonEmail, marketplace } = circumstances
  const path = url.split('?', 1)[0] ?? ''
  const page = isDashboardPath(path) ? path : ''
  return { formId: randomUUID(), account: connectionId ?? '', amazonEmail, marketplace, page }
}

function accountNamedBy({ query, params, url }: FastifyRequest): ConnectionId | null {
  const { account } = (query ?? {}) as { readonly account?: unknown }
  const { id } = (params ?? {}) as { readonly id?: unknown }
  const named = url.startsWith('/dashboard/ads/connections/') ? id : account
  return typeof named === 'string' && uuid.test(named) ? (named as ConnectionId) : null
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
