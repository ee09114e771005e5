export type ErrorCode = 'in-use' | 'no-space' | 'broken' | 'not-writable' | 'unsupported' | 'failed'

export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError'
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string, cause?: unknown) {
    super(message, { cause })
    this.code = code
  }
}

const diskFullPattern = /ENOSPC|EDQUOT|No space left on device|Disk quota exceeded/i
const notWritablePattern = /EACCES|EROFS|EPERM|ENOTDIR|EEXIST|Permission denied|Read-only file system/i

/** Node's recursive mkdir reports ENOENT for a folder on a read-only disk. */
export const isReadOnlyDisk = ({ code, syscall }: NodeJS.ErrnoException): boolean =>
  code === 'EROFS' || (code === 'ENOENT' && syscall === 'mkdir')

export function toEmbeddedPostgresError(error: unknown, dataDirectory: string): EmbeddedPostgresError {
  if (error instanceof EmbeddedPostgresError) return error

  const text = error instanceof Error ? error.message : String(error)
  if (diskFullPattern.test(text)) {
    const message = `The disk of the embedded database in ${dataDirectory} is full: free some space and start again.`
    return new EmbeddedPostgresError('no-space', message, error)
  }
  if (notWritablePattern.test(text) || (error instanceof Error && isReadOnlyDisk(error))) {
    const message = `The embedded database can’t use ${dataDirectory}: make the folder and its files writable for this user, or set DATABASE_URL to your own PostgreSQL.`
    return new EmbeddedPostgresError('not-writable', message, error)
  }
  const message = `The embedded database in ${dataDirectory} didn’t start. No data was changed. The cause includes the server’s last log lines.`
  return new EmbeddedPostgresError('failed', message, error)
}
