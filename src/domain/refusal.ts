/**
 * A business rule said no. Thrown, never returned: forks of the story are unions. The literal `code`
 * names the rule; the message is for the log, the sentence for people is the page's.
 */
export abstract class Refusal extends Error {
  abstract readonly code: string

  override get name(): string {
    return this.constructor.name
  }
}
