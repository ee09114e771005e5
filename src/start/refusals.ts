import { EmbeddedPostgresRefused } from '../adapters/embedded-postgres/embedded-postgres.ts'
import { SettingsWrong } from '../settings.ts'

/** Starting failed for a reason that one sentence tells. */
export class StartRefused extends Error {
  override readonly name = 'StartRefused'
}

interface SystemError extends NodeJS.ErrnoException {
  readonly port?: number
  readonly address?: string
}

/** What a person can mend, by the code of Node, of the system, or of PostgreSQL (its Appendix A). */
const sentences: Readonly<Record<string, (error: SystemError) => string>> = {
  EADDRINUSE: ({ port }) =>
    `Port ${port} is in use already. Stop what uses it, or choose another: PORT=3001 npm start`,
  EADDRNOTAVAIL: ({ address }) => `This machine has no address ${address}. Check HOST.`,
  EACCES: ({ syscall, port, path }) =>
    syscall === 'listen'
      ? `Port ${port} may not be used by this user: PORT=3000 npm start`
      : `${path} may not be read or written by this user.`,
  ENOSPC: () => 'There is no space left on the disk. Make room and start again.',
  ECONNREFUSED: ({ address, port }) =>
    `The database at ${address}:${port} does not answer. Check DATABASE_URL.`,
  ENOTFOUND: () => 'The host of the database is unknown. Check DATABASE_URL.',
  EAI_AGAIN: () => 'The host of the database is unknown. Check DATABASE_URL.',
  '28P01': () => 'The database refuses this user or password. Check DATABASE_URL.',
  '28000': () => 'The database refuses this user or password. Check DATABASE_URL.',
  '3D000': () => 'There is no database of this name. Create it, or check DATABASE_URL.',
}

/** One clear sentence for what a person can mend; the whole error for what only we can. */
export function sentenceOf(error: unknown): string {
  if (error instanceof SettingsWrong || error instanceof StartRefused) return error.message
  if (error instanceof EmbeddedPostgresRefused) return error.message
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const told = sentences[(cause as SystemError).code ?? '']
    if (told) return told(cause as SystemError)
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
