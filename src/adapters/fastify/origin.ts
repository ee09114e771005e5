import type { FastifyRequest } from 'fastify'
import type { Origin } from '../../domain/access/audit.ts'
import { deviceOf } from './device.ts'

/** From where a request comes, for what stays on record. */
export const originOf = ({ ip, id, headers }: FastifyRequest): Origin => ({
  ip,
  device: deviceOf(headers['user-agent']),
  requestId: id,
})
