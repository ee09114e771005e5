import { execFile } from 'node:child_process'
import { chmod, mkdtemp, readdir, readFile, rm, statfs, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Test } from 'tap'

const execute = promisify(execFile)

/** A test's own tmpfs. */
export interface SmallDisk {
  readonly path: string
  /** Fills the disk until this many bytes are free; safe to repeat. */
  fill(freeBytes: number): Promise<void>
  clear(): Promise<void>
  remount(access: 'ro' | 'rw'): Promise<void>
  /** Command lines of running processes that contain the disk's path. */
  findServerProcesses(): Promise<string[]>
}

/** Mounts a tmpfs until the test ends. @param options of tmpfs, such as `size=8m`. */
export async function mountSmallDisk(t: Test, options: string): Promise<SmallDisk> {
  const folder = await mkdtemp(join(tmpdir(), '1smart-disk-'))
  await chmod(folder, 0o755)
  const ballast = join(folder, 'ballast')
  await execute('mount', ['-t', 'tmpfs', '-o', `mode=755,${options}`, 'none', folder])
  t.teardown(async () => {
    // Lazy, so that a remaining server process doesn't prevent the unmount.
    await execute('umount', ['--lazy', folder])
    await rm(folder, { recursive: true })
    for (const { pid } of await processesAt(folder)) process.kill(pid, 'SIGKILL')
  })
  return {
    path: folder,
    async fill(freeBytes) {
      const { bavail, bsize } = await statfs(folder)
      await writeFile(ballast, Buffer.alloc(Math.max(0, bavail * bsize - freeBytes)), { flag: 'a' }).catch(
        error => {
          // Other processes write too, so the disk is already as full as wanted.
          if (error.code !== 'ENOSPC') throw error
        },
      )
    },
    clear: () => rm(ballast),
    async remount(access) {
      await execute('mount', ['-o', `remount,${access}`, folder])
    },
    findServerProcesses: async () => (await processesAt(folder)).map(({ commandLine }) => commandLine),
  }
}

/** @returns why no tmpfs can be mounted; false when it can. */
export async function mountSkipReason(): Promise<string | false> {
  if (process.getuid?.() !== 0) return 'mounting a tmpfs needs root'
  const folder = await mkdtemp(join(tmpdir(), '1smart-disk-'))
  try {
    await execute('mount', ['-t', 'tmpfs', '-o', 'size=4k', 'none', folder])
    await execute('umount', [folder])
    return false
  } catch {
    return 'mounting a tmpfs failed: it needs the capability SYS_ADMIN'
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function processesAt(folder: string): Promise<{ pid: number; commandLine: string }[]> {
  const pids = (await readdir('/proc')).map(Number).filter(pid => pid > 0)
  const readProcess = async (pid: number) => {
    const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
    return { pid, commandLine: commandLine.replaceAll('\0', ' ').trim() }
  }
  return (await Promise.all(pids.map(readProcess))).filter(({ commandLine }) => commandLine.includes(folder))
}
