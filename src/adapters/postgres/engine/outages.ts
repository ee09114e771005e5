import { OutageDetector } from '../../../application/ports.ts'
import { DatabaseBusy } from './pool.ts'

/** Temporary PostgreSQL errors (Appendix A): lost connections, exhausted resources, ended sessions, conflicts. */
const transientCodes = /^(08(?!P01)|53|57P|25P03|40001|40003|40P01)/

const networkErrors = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
])

/** Messages of errors without a code, from pg and its pool. */
const connectionErrorMessages =
  /^(Connection terminated|Client has encountered a connection error|Client was closed|Query read timeout|timeout exceeded when trying to connect)/

export class PostgresOutageDetector extends OutageDetector {
  /** MikroORM's errors have pg's as cause, or its code. All parts of an AggregateError must be outages. */
  isOutage(error: unknown): boolean {
    for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth += 1) {
      if (isTransientError(cause)) return true
    }
    const parts: readonly unknown[] = error instanceof AggregateError ? error.errors : []
    return parts.length > 0 && parts.every(one => this.isOutage(one))
  }
}

function isTransientError(error: Error): boolean {
  if (error instanceof DatabaseBusy || connectionErrorMessages.test(error.message)) return true
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  return networkErrors.has(code) || transientCodes.test(code)
}
