import { spawn } from 'node:child_process'
import { join } from 'node:path'
import t from 'tap'
import { endOf } from '../support/child-process.ts'

async function demo(...args: string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, ['test/journeys/demo.ts', ...args], {
    cwd: join(import.meta.dirname, '../..'),
    env: { ...process.env, NODE_OPTIONS: '' },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  const code = await endOf(child, { seconds: 300, printed: () => output })
  return { code, output }
}

t.test('S-25 the demo walks from sign-in to figures that equal Amazon’s files', async t => {
  const { code, output } = await demo('--headless')

  t.equal(code, 0, output)
  for (const step of [
    'welcome screen',
    'account picker',
    'waiting screen',
    'ready, 15 of 15',
    'to the cent',
  ]) {
    t.match(output, step)
  }
})

t.test('S-25 one cent more in one served row makes the demo fail', async t => {
  const { code, output } = await demo('--headless', '--one-cent-more')

  t.equal(code, 1)
  t.match(output, /The figures differ:\n {2}cost: the dashboard shows (\d+), the truth is (\d+)/)
})

t.test('without --headless the demo shows its usage', async t => {
  const { code, output } = await demo()

  t.equal(code, 2)
  t.match(output, 'npm run demo -- --headless')
})
