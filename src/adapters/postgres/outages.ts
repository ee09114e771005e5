import { Storage } from '../../application/ports.ts'
import { DatabaseBusy } from './pool.ts'

/**
 * PostgreSQL, Appendix A: classes and codes after which the same statement may succeed. Connections that broke, resources
 * that ran out, sessions that an administrator or a time-out has ended, transactions that stood in each other's way.
 */
const passing = /^(08(?!P01)|53|57P|25P03|40001|40003|40P01)/

/** Node's names for a way that is broken (errno(3)), and for a name that is not resolved. */
const brokenWay = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
])

/** What pg and its pool say, without a code, of a client whose line was cut or that was not to be had in time. */
const cut =
  /^(Connection terminated|Client has encountered a connection error|Client was closed|Query read timeout|timeout exceeded when trying to connect)/

export class PostgresOutages extends Storage {
  /** An error of MikroORM's has the one of pg as its cause, or its code; of several together each has to be one. */
  isOutage(error: unknown): boolean {
    for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth += 1) {
      if (isOutage(cause)) return true
    }
    const parts: readonly unknown[] = error instanceof AggregateError ? error.errors : []
    return parts.length > 0 && parts.every(one => this.isOutage(one))
  }
}

function isOutage(error: Error): boolean {
  if (error instanceof DatabaseBusy || cut.test(error.message)) return true
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  return brokenWay.has(code) || passing.test(code)
}
