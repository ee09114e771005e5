/** The message is for the log only. */
export abstract class DomainError extends Error {
  abstract readonly code: string

  override get name(): string {
    return this.constructor.name
  }
}
