/**
 * Replaces `async-hook-domain`, with which tap finds the test of an uncaught error. Its async hooks on every promise
 * took a third of our tests' processor time. Tests of one process run one at a time, so the error belongs to the
 * innermost running test.
 */
const domains: Domain[] = []

type OnError = (error: unknown, kind: 'uncaughtException' | 'unhandledRejection') => unknown

export class Domain {
  readonly onerror: OnError
  destroyed = false

  constructor(onerror: OnError) {
    this.onerror = onerror
    if (domains.length === 0) listen()
    domains.push(this)
  }

  get parent(): Domain | undefined {
    return domains[domains.indexOf(this) - 1]
  }

  destroy(): void {
    this.destroyed = true
    const at = domains.indexOf(this)
    if (at >= 0) domains.splice(at, 1)
    if (domains.length === 0) for (const [kind, handler] of handlers) process.off(kind, handler)
  }
}

const handlers = (['uncaughtException', 'unhandledRejection'] as const).map(
  kind => [kind, (error: unknown) => void domains.at(-1)?.onerror(error, kind)] as const,
)

function listen(): void {
  for (const [kind, handler] of handlers) process.on(kind, handler)
}
