import type { FastifyRequest } from 'fastify'
import { type SellerState, SellerStates } from '../../../application/connection/ports.ts'
import type { Get } from '../../../application/ports.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Null when signed out. */
    record: SellerState | null
  }
}

/** Once per request. */
export function loadSellerState(get: Get) {
  const sellers = get(SellerStates)
  return async (request: FastifyRequest): Promise<void> => {
    const { signedIn } = request
    if (signedIn) request.record = await sellers.of(signedIn.user.id)
  }
}

export function sellerStateOf(request: FastifyRequest): SellerState {
  if (!request.record) throw new Error('no seller state on this request')
  return request.record
}
