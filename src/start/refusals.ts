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
const sentences: Readonly<Record<string, (error: SystemError) => string | null>> = {
  EADDRINUSE: ({ port }) =>
    `Port ${port} is in use already. Stop what uses it, or choose another: PORT=3001 npm start`,
  EADDRNOTAVAIL: ({ address }) => `This machine has no address ${address}. Check HOST.`,
  EACCES: ({ syscall, port, path }) =>
    syscall === 'listen'
      ? `Port ${port} may not be used by this user: PORT=3000 npm start`
      : `${path} may not be read or written by this user.`,
  ENOSPC: fullDisk,
  EDQUOT: fullDisk,
  // PostgreSQL's disk_full.
  53100: () => 'There is no space left on the disk of the database. Make room and start again.',
  EROFS: ({ path }) => readOnlyDisk(path),
  // For a folder on a read-only disk, Node's recursive mkdir says ENOENT.
  ENOENT: ({ syscall, path }) => (syscall === 'mkdir' ? readOnlyDisk(path) : null),
  ECONNREFUSED: ({ address, port }) =>
    `The database at ${address}:${port} does not answer. Check DATABASE_URL.`,
  ENOTFOUND: () => 'The host of the database is unknown. Check DATABASE_URL.',
  EAI_AGAIN: () => 'The host of the database is unknown. Check DATABASE_URL.',
  '28P01': () => 'The database refuses this user or password. Check DATABASE_URL.',
  '28000': () => 'The database refuses this user or password. Check DATABASE_URL.',
  // MongoDB's AuthenticationFailed.
  18: () => 'The MongoDB of JOBS_URL refuses this user or password. Check JOBS_URL.',
  '3D000': () => 'There is no database of this name. Create it, or check DATABASE_URL.',
}

/** What MongoDB's driver throws before a server has answered: it has a name and no code. */
const mongoSentences: Readonly<Record<string, string>> = {
  MongoServerSelectionError: 'The MongoDB of JOBS_URL does not answer. Start it, or check JOBS_URL.',
  MongoParseError: 'JOBS_URL is not how MongoDB is addressed: mongodb://host:27017/agenda',
}

function fullDisk({ path }: SystemError): string {
  return `There is no space left on the disk${path ? ` of ${path}` : ''}. Make room and start again.`
}

function readOnlyDisk(path: string | undefined): string {
  return `${path} cannot be made, since its disk is read-only. Choose another folder: DATA_DIRECTORY=… npm start`
}

/** One clear sentence for what a person can mend; the whole error for what only we can. */
export function sentenceOf(error: unknown): string {
  if (error instanceof SettingsWrong || error instanceof StartRefused) return error.message
  if (error instanceof EmbeddedPostgresRefused) return error.message
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const told = mongoSentences[cause.name] ?? sentences[(cause as SystemError).code ?? '']?.(cause)
    if (told) return told
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
