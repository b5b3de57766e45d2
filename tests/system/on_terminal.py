# SPDX-License-Identifier: Apache-2.0
"""on_terminal.py ROWS COLUMNS FILE COMMAND... - run it on a terminal of that size and
put what it writes into FILE. SIGUSR1: Ctrl-C is typed; SIGUSR2: the terminal
becomes 60 columns wide. Ends as the command does."""
import fcntl, os, pty, signal, struct, sys, termios

rows, columns, path = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
pid, master = pty.fork()


def resize(fd, columns):
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


if pid == 0:
    resize(1, columns)
    os.execvp(sys.argv[4], sys.argv[4:])
signal.signal(signal.SIGUSR1, lambda *_: os.write(master, b"\x03"))
signal.signal(signal.SIGUSR2, lambda *_: resize(master, 60))
signal.signal(signal.SIGTERM, lambda *_: os.kill(pid, signal.SIGTERM))
with open(path, "wb", buffering=0) as out:
    while True:
        try:
            data = os.read(master, 65536)
        except OSError:
            break
        if not data:
            break
        out.write(data)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) % 256)
