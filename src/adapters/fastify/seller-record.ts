import type { FastifyRequest } from 'fastify'
import type { SellerRecord, SellerRecords } from '../../application/connection/ports.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Null when signed out, and for JSON routes. */
    record: SellerRecord | null
  }
}

/** Once per request: all seller pages show the accounts, error pages too. */
export function whatTheyHave({ sellers }: { readonly sellers: SellerRecords }) {
  return async (request: FastifyRequest): Promise<void> => {
    const { asking } = request
    if (asking && !request.routeOptions.config.answersJson)
      request.record = await sellers.of(asking.person.id)
  }
}

/** As at the start of the request. */
export function recordOf(request: FastifyRequest): SellerRecord {
  if (!request.record) throw new Error('nobody is known here')
  return request.record
}
