import type { FastifyRequest } from 'fastify'
import type { RequestOrigin } from '../../domain/access/audit.ts'
import { deviceOf } from './device.ts'

export const originOf = ({ ip, id, headers }: FastifyRequest): RequestOrigin => ({
  ip,
  device: deviceOf(headers['user-agent']),
  requestId: id,
})
