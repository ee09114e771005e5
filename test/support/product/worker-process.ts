import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { startCommand } from './start-command.ts'
import type { TestProduct } from './test-product.ts'

export function startWorkerProcess(product: TestProduct): ChildProcess {
  return spawn(process.execPath, [...startCommand], {
    cwd: join(import.meta.dirname, '../../..'),
    env: { ...process.env, ...product.environment, PROCESS: 'worker', LOG_LEVEL: 'error', NODE_OPTIONS: '' },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}
