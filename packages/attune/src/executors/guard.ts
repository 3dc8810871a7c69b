import { spawn } from 'node:child_process'
import type { ChildProcessByStdio } from 'node:child_process'
import type { Socket } from 'node:net'
import type { Writable } from 'node:stream'
import { MARK_VARIABLE } from './process-table.ts'

/** Ends process groups when this process dies, in whatever way. */
export interface Guard {
  /** Registers a process group; call it right after spawning. Done when it returns. */
  add(pgid: number): void
  /** Forgets a group; call it when the group is known to be gone. */
  remove(pgid: number): void
  /** Ends what is still registered or marked, and the guard itself; later calls do nothing. */
  close(): Promise<void>
}

export interface GuardOptions {
  /**
   * Processes whose `ATTUNE_MARK` starts with this text are ended too, which catches those that left
   * their group (Linux only). No one else's mark may start like it. Default: none are looked for.
   */
  readonly mark?: string
}

/**
 * Reads `+ pgid` and `- pgid` until its input ends, which it does when the other side dies. Then all
 * groups left get SIGTERM, and SIGKILL 0.3 s later. It outlives a Ctrl-C and the end of the terminal.
 * $1 is the text to look for in environments, empty for none.
 */
const SCRIPT = `
trap '' HUP INT TERM QUIT
groups=' '
while read -r op id; do
  case $op in
    +) groups="$groups$id " ;;
    -) case $groups in *" $id "*) groups="\${groups%% $id *} \${groups#* $id }" ;; esac ;;
  esac
done
found=
strike() {
  for id in $groups; do kill -s "$1" -- "-$id" 2>/dev/null && found=1; done
  [ -n "$mark" ] || return 0
  for file in $(grep -lsF -e "$mark" /proc/[0-9]*/environ 2>/dev/null); do
    id=\${file#/proc/}
    kill -s "$1" "\${id%/environ}" 2>/dev/null && found=1
  done
}
mark=$1
strike TERM
[ -n "$found" ] || exit 0
sleep 0.3 2>/dev/null || sleep 1
strike KILL
strike KILL
exit 0
`

/** How often a guard that somebody killed is replaced. */
const REPLACEMENTS = 3
const CLOSE_WAIT_MS = 3_000

/**
 * Starts a guard: a small shell in a session of its own, whose input is a pipe from this process. It
 * does not keep this process running. On Windows, and where no shell can be started, it does nothing.
 */
export function createGuard(options: GuardOptions = {}): Guard {
  if (process.platform === 'win32') {
    return { add() {}, remove() {}, close: () => Promise.resolve() }
  }
  const groups = new Set<number>()
  let shell: ChildProcessByStdio<Writable, null, null> | undefined
  let replacements = REPLACEMENTS
  let closed = false

  const tell = (line: string): void => {
    if (shell?.stdin.writable) shell.stdin.write(line)
  }
  const start = (): void => {
    const mark = options.mark === undefined ? '' : `${MARK_VARIABLE}=${options.mark}`
    const started = spawn('/bin/sh', ['-c', SCRIPT, 'attune-guard', mark], {
      // Its own environment carries no mark, or a guard would strike itself or be struck.
      env: { PATH: process.env['PATH'] },
      cwd: '/',
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    })
    started.on('error', () => {})
    // Without a shell, or without room for a process, the program runs unguarded.
    if (started.pid === undefined) return
    shell = started
    started.on('exit', () => {
      shell = undefined
      if (!closed && replacements-- > 0) start()
    })
    // Writing to a guard that was just killed fails; its end is dealt with above.
    started.stdin.on('error', () => {})
    started.unref()
    // A pipe to a child is a socket, and would keep this process running like any other.
    ;(started.stdin as Socket).unref()
    for (const pgid of groups) tell(`+ ${pgid}\n`)
  }
  start()

  return {
    add(pgid) {
      groups.add(pgid)
      tell(`+ ${pgid}\n`)
    },
    remove(pgid) {
      groups.delete(pgid)
      tell(`- ${pgid}\n`)
    },
    close() {
      closed = true
      const ending = shell
      if (ending === undefined) return Promise.resolve()
      return new Promise((resolve) => {
        // The event of the exit comes even then, since the guard is this process's own child.
        const timer = setTimeout(() => ending.kill('SIGKILL'), CLOSE_WAIT_MS)
        ending.on('exit', () => {
          clearTimeout(timer)
          resolve()
        })
        ending.ref()
        ending.stdin.end()
      })
    },
  }
}
