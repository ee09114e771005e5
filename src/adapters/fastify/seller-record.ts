import type { FastifyRequest } from 'fastify'
import type { SellerRecord, SellerRecords } from '../../application/connection/ports.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** What whoever is asking has with us; null for a stranger, and where an answer does without. */
    record: SellerRecord | null
  }
}

/** Looks it up once for each request: every page of a seller has its accounts in the frame, an error's too. */
export function whatTheyHave({ sellers }: { readonly sellers: SellerRecords }) {
  return async (request: FastifyRequest): Promise<void> => {
    const { asking } = request
    if (asking && !request.routeOptions.config.answersJson)
      request.record = await sellers.of(asking.person.id)
  }
}

/** As it was when the request came. */
export function recordOf(request: FastifyRequest): SellerRecord {
  if (!request.record) throw new Error('nobody is known here')
  return request.record
}
