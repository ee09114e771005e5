export type RefusalCode = 'in-use' | 'no-space' | 'broken' | 'not-writable' | 'unsupported' | 'failed'

/** The embedded database cannot start: one plain sentence for the person, the details in `cause`. */
export class EmbeddedPostgresRefused extends Error {
  override readonly name = 'EmbeddedPostgresRefused'
  readonly code: RefusalCode

  constructor(code: RefusalCode, sentence: string, cause?: unknown) {
    super(sentence, { cause })
    this.code = code
  }
}

/** What is said of a disk without room. */
export const noSpace = /ENOSPC|EDQUOT|No space left on device|Disk quota exceeded/i
// For a folder on a read-only disk, Node's recursive mkdir says ENOENT.
const isClosed = /EACCES|EROFS|EPERM|ENOTDIR|EEXIST|ENOENT.*mkdir|Permission denied|Read-only file system/i

/** Puts a plain sentence on whatever went wrong with the database of a data directory. */
export function refusalFor(problem: unknown, dataDirectory: string): EmbeddedPostgresRefused {
  if (problem instanceof EmbeddedPostgresRefused) return problem

  const text = problem instanceof Error ? problem.message : String(problem)
  if (noSpace.test(text)) {
    const sentence = `The disk that holds the embedded database of ${dataDirectory} is full: free some space and start again.`
    return new EmbeddedPostgresRefused('no-space', sentence, problem)
  }
  if (isClosed.test(text)) {
    const sentence = `The embedded database cannot use ${dataDirectory}: make the folder and all in it writable for this user, or set DATABASE_URL to a PostgreSQL of your own.`
    return new EmbeddedPostgresRefused('not-writable', sentence, problem)
  }
  const sentence = `The embedded database of ${dataDirectory} does not start: nothing in it was changed, and the server's last words are in the cause.`
  return new EmbeddedPostgresRefused('failed', sentence, problem)
}
