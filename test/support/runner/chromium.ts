import { execFile, spawn } from 'node:child_process'
import { constants } from 'node:fs'
import { access, glob } from 'node:fs/promises'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'

const execute = promisify(execFile)

export type Chromium =
  | { readonly path: string }
  /** Why Chromium is missing and how to get it, in one sentence. */
  | { readonly missing: string }

/** Finds the browser for page tests; on Debian, as root, installs it when missing. */
export async function findChromium(log: (sentence: string) => void): Promise<Chromium> {
  const configuredPath = process.env['CHROMIUM_PATH']
  if (configuredPath) {
    if (await canRun(configuredPath)) return { path: configuredPath }
    return { missing: `CHROMIUM_PATH names ${configuredPath}, which does not run: correct it, or unset it.` }
  }
  const found = await findInstalled()
  if (found) return { path: found }
  if (!(await canInstall())) {
    return {
      missing:
        'Chromium was not found. Install Chrome or Chromium, run `npx playwright install chromium`, or set CHROMIUM_PATH.',
    }
  }

  log("Installing Debian's Chromium; this happens once.")
  const problem = await install()
  const path = await findInstalled()
  return path ? { path } : { missing: `Chromium could not be installed (${problem}): set CHROMIUM_PATH.` }
}

/** The headless shell comes first: it takes two thirds of a full browser's time. */
const executableNames = [
  'chromium-headless-shell',
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
]

async function findInstalled(): Promise<string | undefined> {
  const folders = ['/usr/bin', ...(process.env['PATH'] ?? '').split(delimiter)]
  const paths = executableNames.flatMap(name => folders.filter(Boolean).map(folder => join(folder, name)))
  for (const path of [...paths, ...macPaths, ...(await findPlaywrightBrowsers())])
    if (await canRun(path)) return path
  return undefined
}

const macPaths = ['Google Chrome', 'Chromium'].flatMap(name =>
  ['/Applications', join(homedir(), 'Applications')].map(
    folder => `${folder}/${name}.app/Contents/MacOS/${name}`,
  ),
)

/** Browsers of `npx playwright install`, newest first. */
async function findPlaywrightBrowsers(): Promise<string[]> {
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

async function canRun(path: string): Promise<boolean> {
  const isExecutable = await access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
  if (!isExecutable) return false
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
  const child = spawn('apt-get', args, { env, stdio: ['ignore', 'ignore', 'inherit'] })
  return new Promise(resolve => {
    child.once('error', error => resolve(error.message))
    child.once('close', code => resolve(code === 0 ? undefined : `apt-get ${args[0]} ended with ${code}`))
  })
}
