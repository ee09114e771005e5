import type { FastifyRequest } from 'fastify'
import type { Origin } from '../../domain/access/audit.ts'
import { deviceOf } from './device.ts'

/** For the audit log. */
export const originOf = ({ ip, id, headers }: FastifyRequest): Origin => ({
  ip,
  device: deviceOf(headers['user-agent']),
  requestId: id,
})
