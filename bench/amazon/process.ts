import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts'
import { answerCalls } from '../bench-process.ts'

export interface GenerationSeconds {
  readonly min: number
  readonly max: number
  readonly spread?: 'even' | 'magnitudes'
}

/** Entry point of the sandbox process, with the calls that only work inside it. */
let sandbox: Sandbox | undefined
let clockOffset = 0

function startedSandbox(): Sandbox {
  if (!sandbox) throw new Error('the sandbox was not started')
  return sandbox
}

const calls = {
  async start(generationSeconds: GenerationSeconds) {
    sandbox = await startSandbox({ generationSeconds, now: () => Date.now() + clockOffset })
    const { url, settings } = sandbox
    return { url, settings }
  },
  consent: (user: string) => startedSandbox().controls.grant(user),
  set: (switches: Parameters<Sandbox['controls']['set']>[0]) => startedSandbox().controls.set(switches),
  resetCalls: () => startedSandbox().controls.resetCalls(),
  calls: () => startedSandbox().controls.calls(),
  moveClock(milliseconds: number) {
    clockOffset = milliseconds
  },
}
export type AmazonCalls = typeof calls

answerCalls(calls, async () => sandbox?.close())
