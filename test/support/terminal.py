# Runs a command at a terminal of its own, of 120 columns and 40 rows: what comes in is typed, what it shows goes out.
import fcntl, os, pty, select, struct, sys, termios

pid, master = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack('HHHH', 40, 120, 0, 0))
typed = True
while True:
    ready, _, _ = select.select([master] + ([0] if typed else []), [], [])
    if 0 in ready:
        line = os.read(0, 65536)
        typed = line != b''
        if typed:
            os.write(master, line)
    if master in ready:
        try:
            shown = os.read(master, 65536)
        except OSError:
            shown = b''
        if shown == b'':
            break
        os.write(1, shown)
_, status = os.waitpid(pid, 0)
sys.exit(os.waitstatus_to_exitcode(status) % 256)
