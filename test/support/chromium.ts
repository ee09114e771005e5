import { execFile, spawn } from 'node:child_process'
import { constants } from 'node:fs'
import { access, glob } from 'node:fs/promises'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'

const execute = promisify(execFile)

export type Chromium =
  | { readonly path: string }
  /** Why there is none and how to get one, in one sentence. */
  | { readonly missing: string }

/** Finds the browser for page tests; on Debian, as root, installs one when missing. */
export async function findChromium(log: (sentence: string) => void): Promise<Chromium> {
  const named = process.env['CHROMIUM_PATH']
  if (named) {
    if (await runs(named)) return { path: named }
    return { missing: `CHROMIUM_PATH names ${named}, which does not run: correct it, or unset it.` }
  }
  const found = await installed()
  if (found) return { path: found }
  if (!(await canInstall())) {
    return {
      missing:
        'Chromium was not found. Install Chrome or Chromium, run `npx playwright install chromium`, or set CHROMIUM_PATH.',
    }
  }

  log("Installing Debian's Chromium; this happens once.")
  const problem = await install()
  const path = await installed()
  return path ? { path } : { missing: `Chromium could not be installed (${problem}): set CHROMIUM_PATH.` }
}

/** The headless shell comes first: it takes two thirds of the time. */
const names = [
  'chromium-headless-shell',
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
]

async function installed(): Promise<string | undefined> {
  const folders = ['/usr/bin', ...(process.env['PATH'] ?? '').split(delimiter)]
  const places = names.flatMap(name => folders.filter(Boolean).map(folder => join(folder, name)))
  for (const place of [...places, ...elsewhere, ...(await playwrights())]) if (await runs(place)) return place
  return undefined
}

const elsewhere = ['Google Chrome', 'Chromium'].flatMap(name =>
  ['/Applications', join(homedir(), 'Applications')].map(
    folder => `${folder}/${name}.app/Contents/MacOS/${name}`,
  ),
)

/** Browsers of `npx playwright install`, newest first. */
async function playwrights(): Promise<string[]> {
  const caches = [
    process.env['PLAYWRIGHT_BROWSERS_PATH'] ?? '',
    join(homedir(), '.cache/ms-playwright'),
    join(homedir(), 'Library/Caches/ms-playwright'),
  ]
  const programs =
    'chromium*/*/{headless_shell,chrome-headless-shell,chrome,Chromium.app/Contents/MacOS/Chromium}'
  const found = await Promise.all(
    caches.filter(Boolean).map(async cwd => {
      const paths = await Array.fromAsync(glob(programs, { cwd }))
      return paths
        .sort()
        .reverse()
        .map(path => join(cwd, path))
    }),
  )
  return found.flat()
}

async function runs(path: string): Promise<boolean> {
  const isThere = await access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
  if (!isThere) return false
  return execute(path, ['--version'], { timeout: 30_000 }).then(
    () => true,
    () => false,
  )
}

async function canInstall(): Promise<boolean> {
  if (process.getuid?.() !== 0) return false
  return execute('apt-get', ['--version']).then(
    () => true,
    () => false,
  )
}

/** @returns the error message, if any. */
async function install(): Promise<string | undefined> {
  const packages = ['chromium-headless-shell', 'fonts-dejavu-core']
  const steps = [['update'], ['install', '-y', '--no-install-recommends', ...packages]]
  for (const step of steps) {
    const problem = await aptGet(step)
    if (problem) return problem
  }
  return undefined
}

function aptGet(args: string[]): Promise<string | undefined> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const run = spawn('apt-get', args, { env, stdio: ['ignore', 'ignore', 'inherit'] })
  return new Promise(resolve => {
    run.once('error', error => resolve(error.message))
    run.once('close', code => resolve(code === 0 ? undefined : `apt-get ${args[0]} ended with ${code}`))
  })
}
