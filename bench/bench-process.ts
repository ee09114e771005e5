import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { cpuSecondsOf } from './cpu.ts'
import { beginProfile, endProfile, type Profile } from './profiler.ts'

export type Calls = Readonly<Record<string, (argument: never) => unknown>>

type Argument<Call> = Call extends (argument: infer Value) => unknown ? Value : never
type CallResult<Call> = Call extends (argument: never) => infer Value ? Awaited<Value> : never

interface CallMessage {
  readonly id: number
  readonly name: string
  readonly argument: unknown
}
type Reply = { readonly id: number } & ({ readonly value: unknown } | { readonly failure: string })

export class BenchProcess<ChildCalls extends Calls> {
  readonly #child: ChildProcess
  readonly #pending = new Map<number, PromiseWithResolvers<unknown>>()
  #lastCallId = 0

  /** @param flags passed to Node. */
  constructor(file: string, flags: readonly string[] = []) {
    this.#child = fork(file, [], { execArgv: [...flags], serialization: 'advanced' })
    this.#child.on('message', message => this.#receive(message as Reply))
    this.#child.on('exit', code => {
      for (const { reject } of this.#pending.values()) reject(new Error(`${file} exited with code ${code}`))
    })
  }

  call<Name extends keyof ChildCalls & string>(
    name: Name,
    argument: Argument<ChildCalls[Name]>,
  ): Promise<CallResult<ChildCalls[Name]>> {
    return this.#send(name, argument) as Promise<CallResult<ChildCalls[Name]>>
  }

  async beginProfile(): Promise<void> {
    await this.#send('beginProfile')
  }

  endProfile(): Promise<Profile> {
    return this.#send('endProfile') as Promise<Profile>
  }

  memory(): { readonly now: number; readonly peak: number } {
    return memoryOf(this.pid)
  }

  cpu(): number {
    return cpuSecondsOf(this.#child.pid ?? 0)
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const ended = once(this.#child, 'exit')
    this.#child.disconnect()
    await ended
  }

  #send(name: string, argument?: unknown): Promise<unknown> {
    this.#lastCallId += 1
    const pending = Promise.withResolvers<unknown>()
    this.#pending.set(this.#lastCallId, pending)
    this.#child.send({ id: this.#lastCallId, name, argument } satisfies CallMessage)
    return pending.promise
  }

  #receive(reply: Reply): void {
    const pending = this.#pending.get(reply.id)
    this.#pending.delete(reply.id)
    if ('failure' in reply) pending?.reject(new Error(reply.failure))
    else pending?.resolve(reply.value)
  }
}

/** Memory of a process in megabytes: current, and the peak since its start (Linux, proc_pid_status(5)). */
export function memoryOf(pid: number): { readonly now: number; readonly peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const megabytes = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1]) / 1024
  return { now: megabytes('VmRSS'), peak: megabytes('VmHWM') }
}

/** Runs in the child process until the parent disconnects. */
export function answerCalls(ownCalls: Calls, close: () => Promise<unknown>): void {
  const calls: Calls = { beginProfile, endProfile, ...ownCalls }
  process.on('message', async message => {
    const { id, name, argument } = message as CallMessage
    const reply: Reply = await Promise.resolve()
      .then(() => calls[name]?.(argument as never))
      .then(
        value => ({ id, value }),
        error => ({ id, failure: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
      )
    process.send?.(reply)
  })
  process.once('disconnect', () => {
    close().then(
      () => process.exit(0),
      () => process.exit(1),
    )
  })
}
