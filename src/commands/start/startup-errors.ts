import { EmbeddedPostgresError, isReadOnlyDisk } from '../../adapters/embedded-postgres/errors.ts'
import { MigrationFailed } from '../../adapters/postgres/migrations/migrate.ts'
import { JobStoreUnavailable } from '../../composition/product.ts'
import { InvalidSettings } from '../../settings/settings.ts'

export class StartupError extends Error {
  override readonly name = 'StartupError'
}

interface SystemError extends NodeJS.ErrnoException {
  readonly port?: number
  readonly address?: string
  /** One error per address. */
  readonly errors?: readonly SystemError[]
}

type DatabaseName = 'DATABASE_URL' | 'JOBS_URL'

/** By error code: Node, system or PostgreSQL (Appendix A). */
const messages: Readonly<Record<string, (error: SystemError, setting: DatabaseName) => string | null>> = {
  EADDRINUSE: ({ port }) =>
    `Port ${port} is already in use. Stop the other program, or choose another port: PORT=3001 npm start`,
  EADDRNOTAVAIL: ({ address }) => `This machine has no address ${address}. Check HOST.`,
  EACCES: ({ syscall, port, path }) =>
    syscall === 'listen'
      ? `This user can’t use port ${port}. Choose another port: PORT=3000 npm start`
      : `This user can’t read or write ${path}.`,
  ENOSPC: fullDisk,
  EDQUOT: fullDisk,
  // PostgreSQL: insufficient_privilege.
  42501: ({ message }) =>
    `The database refused: ${message}. Set MIGRATION_DATABASE_URL and run "npm run migrate" (docs/running.md).`,
  // PostgreSQL: disk_full.
  53100: () => 'The database’s disk is full. Free some space and start again.',
  EROFS: readOnlyDisk,
  ENOENT: readOnlyDisk,
  EEXIST: fileInTheWay,
  ENOTDIR: fileInTheWay,
  EISDIR: ({ path }) =>
    path ? `${path} is a folder but must be a file. Move the folder away and start again.` : null,
  ECONNREFUSED: noAnswer,
  ETIMEDOUT: noAnswer,
  EHOSTUNREACH: noAnswer,
  ENETUNREACH: noAnswer,
  ENOTFOUND: unknownHost,
  EAI_AGAIN: unknownHost,
  '28P01': refusedUser,
  '28000': refusedUser,
  // MongoDB: AuthenticationFailed.
  18: () => 'MongoDB rejected the user or password in JOBS_URL. Check JOBS_URL.',
  '3D000': (_, setting) => `The database doesn’t exist. Create it, or check ${setting}.`,
}

/** MongoDB driver errors before a server answers: they have no code. */
const mongoMessages: Readonly<Record<string, string>> = {
  MongoServerSelectionError: 'MongoDB isn’t responding. Start it, or check JOBS_URL.',
  MongoParseError: 'JOBS_URL is not a valid MongoDB address. Example: mongodb://host:27017/agenda',
}

function noAnswer(error: SystemError, setting: DatabaseName): string {
  const { address, port } = error.errors?.[0] ?? error
  return `The database${address ? ` at ${address}:${port}` : ''} isn’t responding. Check ${setting}.`
}

function unknownHost(_: SystemError, setting: DatabaseName): string {
  return `The database host is unknown. Check ${setting}.`
}

function refusedUser(_: SystemError, setting: DatabaseName): string {
  return `The database rejected the user or password. Check ${setting}.`
}

function fullDisk({ path }: SystemError): string {
  return `The disk${path ? ` of ${path}` : ''} is full. Free some space and start again.`
}

function fileInTheWay({ path }: SystemError): string | null {
  if (!path) return null
  return `${path} can’t be created: a file with its name, or with the name of a parent folder, already exists. Choose another folder: DATA_DIRECTORY=… npm start`
}

function readOnlyDisk(error: SystemError): string | null {
  if (!isReadOnlyDisk(error)) return null
  return `${error.path} can’t be created: its disk is read-only. Choose another folder: DATA_DIRECTORY=… npm start`
}

export function startupErrorMessage(error: unknown): string {
  if (error instanceof InvalidSettings || error instanceof StartupError) return error.message
  if (error instanceof EmbeddedPostgresError) return error.message
  let setting: DatabaseName = 'DATABASE_URL'
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof JobStoreUnavailable) setting = 'JOBS_URL'
    const message = mongoMessages[cause.name] ?? messages[(cause as SystemError).code ?? '']?.(cause, setting)
    if (message) return message
  }
  if (error instanceof MigrationFailed) return error.message
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
