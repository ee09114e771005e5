import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import { type FinalResults, Parser } from 'tap-parser'
import { type Outcome, readTap } from '../tally.ts'
import type { Batch } from './test-files.ts'

const lightTap = new URL('./light-tap.ts', import.meta.url).href

/**
 * Runs test files in a separate process with plain Node: tap is only their library. Stores their output below `folder`.
 * @param seconds without output before it is killed and its tests fail.
 * @param exitSeconds for exiting after the last test; a longer stay means a leak.
 */
export async function runTestProcess(
  batch: Batch,
  {
    root,
    environment,
    folder,
    seconds,
    exitSeconds = 150,
    signal,
    report,
    onFile,
    onComment,
  }: {
    readonly root: string
    readonly environment: NodeJS.ProcessEnv
    readonly folder: string
    readonly seconds: number
    readonly exitSeconds?: number
    readonly signal: AbortSignal
    readonly report: (outcome: Outcome) => void
    readonly onFile: (file: string) => void
    readonly onComment: (comment: string) => void
  },
): Promise<void> {
  const [first = ''] = batch
  // tap names its temporary folder by the arguments; one of the files makes them unique.
  const command = batch.length > 1 ? ['test/support/runner/run-together.ts', first] : [first]
  const child = spawn(process.execPath, ['--import', lightTap, ...command], {
    cwd: root,
    env: { ...environment, TEST_FILES: JSON.stringify(batch) },
    // A separate process group, so that everything the tests started ends with them.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const killAll = () => {
    try {
      if (child.pid) process.kill(-child.pid, 'SIGKILL')
    } catch {
      // The group is empty.
    }
  }
  signal.addEventListener('abort', killAll)

  let problem = ''
  let errors = ''
  const markFailed = (reason: string) => {
    problem = reason
    killAll()
  }
  const deadline = setTimeout(
    () => markFailed(`The process printed nothing for ${seconds} seconds.`),
    seconds * 1000,
  )
  let exitTimer: NodeJS.Timeout | undefined

  const parser = new Parser()
  parser.on('child', (test: Parser) => {
    clearTimeout(exitTimer)
    const reason = `No test ran for ${exitSeconds} seconds, but the process did not end: something is left open.`
    test.once('complete', () => {
      exitTimer = setTimeout(() => markFailed(reason), exitSeconds * 1000)
    })
  })
  const results = new Promise<FinalResults>(resolve => parser.once('complete', resolve))
  const conclude = readTap(parser, batch, { report, onFile, onComment })

  const name = first.replaceAll('/', '_')
  const logFiles = ['tap', 'err'].map(kind => createWriteStream(join(folder, `${name}.${kind}`)))
  for (const [at, stream] of [child.stdout, child.stderr].entries())
    stream.pipe(logFiles[at] as NodeJS.WritableStream)
  child.stdout.on('data', chunk => {
    deadline.refresh()
    parser.write(chunk)
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-3000)
  })

  const [code, killedBy] = await once(child, 'exit')
  clearTimeout(deadline)
  clearTimeout(exitTimer)
  // Processes left by the tests keep the pipes open.
  killAll()
  signal.removeEventListener('abort', killAll)
  await Promise.all(logFiles.map(file => finished(file)))
  parser.end()
  if (!problem && killedBy) problem = `The process was ended by ${killedBy}.`
  if (!problem && code !== 0) problem = `The process ended with exit code ${code}.`
  const { plan } = await results
  conclude({
    skipped: plan.skipAll && !problem ? plan.comment : null,
    problem: problem && [problem, errors.trim()].filter(Boolean).join('\n'),
  })
}
