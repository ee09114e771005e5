import { randomUUID } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { PrefillSupportRequest } from '../../../application/help/prefill-support-request.ts'
import type { Get } from '../../../application/ports.ts'
import type { SupportRequestPrefill } from '../../../domain/help/prefill.ts'
import { isDashboardPath } from '../../../domain/help/support-request.ts'
import type { ConnectionId } from '../../../domain/identifiers.ts'
import type { HelpForm } from './shell-model.ts'

declare module 'fastify' {
  interface FastifyRequest {
    circumstances: SupportRequestPrefill | null
  }
}

/** Error pages have the form too. */
export function prefillSupportForm(get: Get) {
  const prefillSupportRequest = get(PrefillSupportRequest)
  return async (request: FastifyRequest): Promise<void> => {
    const { signedIn, record } = request
    if (!signedIn || !record) return
    const { id: userId } = signedIn.user
    const currentId = signedIn.session.currentConnectionId
    const context = { userId, currentId, named: accountNamedBy(request) }
    request.circumstances = await prefillSupportRequest.execute(record, context)
  }
}

export function supportFormOf(request: FastifyRequest): HelpForm | null {
  const { circumstances, url } = request
  if (!circumstances) return null
  const { connectionId, amazonEmail, marketplace } = circumstances
  const path = url.split('?', 1)[0] ?? ''
  const page = isDashboardPath(path) ? path : ''
  return { idempotencyKey: randomUUID(), account: connectionId ?? '', amazonEmail, marketplace, page }
}

function accountNamedBy({ query, params, url }: FastifyRequest): ConnectionId | null {
  const { account } = (query ?? {}) as { readonly account?: unknown }
  const { id } = (params ?? {}) as { readonly id?: unknown }
  const named = url.startsWith('/dashboard/ads/connections/') ? id : account
  return typeof named === 'string' && uuid.test(named) ? (named as ConnectionId) : null
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
