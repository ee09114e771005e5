export type RefusalCode = 'in-use' | 'no-space' | 'broken' | 'not-writable' | 'unsupported' | 'failed'

/** One plain sentence for the operator; details in `cause`. */
export class EmbeddedPostgresRefused extends Error {
  override readonly name = 'EmbeddedPostgresRefused'
  readonly code: RefusalCode

  constructor(code: RefusalCode, sentence: string, cause?: unknown) {
    super(sentence, { cause })
    this.code = code
  }
}

export const noSpace = /ENOSPC|EDQUOT|No space left on device|Disk quota exceeded/i
// Node's recursive mkdir reports ENOENT for a folder on a read-only disk.
const isClosed = /EACCES|EROFS|EPERM|ENOTDIR|EEXIST|ENOENT.*mkdir|Permission denied|Read-only file system/i

export function refusalFor(problem: unknown, dataDirectory: string): EmbeddedPostgresRefused {
  if (problem instanceof EmbeddedPostgresRefused) return problem

  const text = problem instanceof Error ? problem.message : String(problem)
  if (noSpace.test(text)) {
    const sentence = `The disk of the embedded database in ${dataDirectory} is full: free some space and start again.`
    return new EmbeddedPostgresRefused('no-space', sentence, problem)
  }
  if (isClosed.test(text)) {
    const sentence = `The embedded database can’t use ${dataDirectory}: make the folder and its files writable for this user, or set DATABASE_URL to your own PostgreSQL.`
    return new EmbeddedPostgresRefused('not-writable', sentence, problem)
  }
  const sentence = `The embedded database in ${dataDirectory} didn’t start. No data was changed. The cause has the server’s last log lines.`
  return new EmbeddedPostgresRefused('failed', sentence, problem)
}
