/**
 * Stands in for the package `async-hook-domain`, by which tap finds the test that an uncaught error belongs to. The package
 * follows every promise through async hooks, which took a third of the processor time of our tests. Tests of one process
 * run one after the other, so an error belongs to the innermost test that is running.
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
