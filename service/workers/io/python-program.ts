/**
 * Kinds of the frames that the program writes: process id of a step, its output, its end; before them its abilities.
 */
export const Frame = { pid: 0, out: 1, err: 2, end: 3, hello: 4 } as const;

/** Bytes before the payload of a frame: id of the step (4), kind (1), length (4). */
export const FRAME_HEAD = 9;

/**
 * A python process that waits for steps. Each line of its input is an id and the step as JSON; a copy of the process
 * (fork) executes it and ends with it. So no step waits for an interpreter to start, and none sees variables, imports
 * or anything else of another. One copy is made ahead. The program passes on the output of the copies, and ends with
 * its input. It reports the end of a step when its copy has exited: a process that is there after a run counts as left
 * by it.
 *
 * A step is `{code, vars, back, mark, cwd, env, place}`. After its code the text `mark` and `{"out", "vars"}` are
 * written: its output, and the variables named in `back`. `place` has the value of the run mark in this program's
 * environment, and the mark of the run: the copy writes that over it, in its memory, because the system shows the
 * environment with which a process was started. The program's argument is that value too, to check whether this works.
 */
export const PYTHON_PROGRAM = `
import sys, os, io, json, select, signal, socket, struct, time, traceback

def take_mark(place, mark):
    place, mark = place.encode(), mark.encode()
    try:
        with open("/proc/self/stat") as stat:
            begin, end = stat.read().rpartition(")")[2].split()[47:49]
        memory = os.open("/proc/self/mem", os.O_RDWR)
        at = os.pread(memory, int(end) - int(begin), int(begin)).find(place)
        if at < 0 or len(mark) > len(place): return False
        os.pwrite(memory, mark.ljust(len(place), b"\\0"), int(begin) + at)
        os.close(memory)
    except FileNotFoundError:
        pass  # no system where processes are found by their marks
    except OSError:
        return False
    return True

def run(step):
    take_mark(*step["place"])
    os.chdir(step["cwd"])
    os.environ.clear()
    os.environ.update(step["env"])
    time.tzset()
    sys.stdout = io.StringIO()
    names = dict(step["vars"], __name__="__main__")
    try:
        exec(compile(step["code"], "<ojob>", "exec"), names)
    except SystemExit:
        pass
    for name, end in ("threading", "_shutdown"), ("atexit", "_run_exitfuncs"):
        if name in sys.modules: getattr(sys.modules[name], end)()
    back = {"out": sys.stdout.getvalue(), "vars": {name: names.get(name) for name in step["back"]}}
    return step["mark"] + json.dumps(back, default=str)

def copy(out, err):
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(out.fileno(), 1)
    os.dup2(err.fileno(), 2)
    out.close()
    err.close()
    parts = []
    while part := os.read(1, 1 << 20): parts.append(part)
    if not parts: return  # not needed any more
    try:
        left = run(json.loads(b"".join(parts))).encode()
        while left: left = left[os.write(1, left):]
    except BaseException as error:
        place = error.__traceback__.tb_next
        traceback.print_exception(type(error), error, place and place.tb_next)
    sys.stderr.flush()
    # What it left in the background may hold its output open.
    for fd in 1, 2: socket.socket(fileno=fd).shutdown(socket.SHUT_WR)

def fork():
    out, err = socket.socketpair(), socket.socketpair()
    pid = os.fork()
    if pid != 0:
        out[1].close()
        err[1].close()
        return pid, out[0], err[0]
    try:
        for ours in out[0], err[0], *(stream for stream, _, _ in streams.values()): ours.close()
        copy(out[1], err[1])
    finally:
        os._exit(0)

def write_frame(id, kind, data):
    data = struct.pack(">IBI", id, kind, len(data)) + data
    while data: data = data[os.write(1, data):]

def start(line):
    global spare
    id, _, text = line.partition(b" ")
    id = int(id)
    pid, out, err = spare or fork()
    spare = None
    for kind, stream in (1, out), (2, err):
        streams[stream.fileno()] = stream, id, kind
        poll.register(stream, select.POLLIN)
    try:
        out.sendall(text)
        out.shutdown(socket.SHUT_WR)
    except OSError:
        pass  # the copy was killed: its end is seen below
    pids[id] = pid
    write_frame(id, 0, str(pid).encode())

def pass_on(fd):
    stream, id, kind = streams[fd]
    try:
        data = stream.recv(65536)
    except OSError:
        data = b""
    if data: return write_frame(id, kind, data)
    poll.unregister(fd)
    del streams[fd]
    stream.close()
    if not any(other == id for _, other, _ in streams.values()): wait_for(id, pids.pop(id))

def wait_for(id, pid):
    try:
        fd = os.pidfd_open(pid)
        poll.register(fd, select.POLLIN)
    except (AttributeError, OSError):
        fd = -pid  # older than Python 3.9 or Linux 5.3: it is looked at every millisecond
    ending[fd] = id, pid

def end_those_over():
    for fd, (id, pid) in list(ending.items()):
        try:
            if os.waitpid(pid, os.WNOHANG)[0] == 0: continue
        except ChildProcessError:
            pass
        del ending[fd]
        if fd > 0:
            poll.unregister(fd)
            os.close(fd)
        write_frame(id, 3, b"")

signal.signal(signal.SIGINT, signal.SIG_DFL)
can_wait = take_mark(sys.argv[1], sys.argv[1])
write_frame(0, 4, b"1" if can_wait else b"0")
poll = select.poll()
poll.register(0, select.POLLIN)
streams = {}
pids = {}
ending = {}
spare = None
begun = b""
is_open = True
while is_open or streams or ending:
    if can_wait and is_open and not streams and spare is None: spare = fork()
    events = poll.poll(1 if any(fd < 0 for fd in ending) else None)
    ready = [fd for fd, _ in events if fd == 0 or fd in streams]
    end_those_over()
    for fd in ready:
        if fd != 0:
            pass_on(fd)
            continue
        data = os.read(0, 65536)
        if not data:
            poll.unregister(0)
            is_open = False
        *lines, begun = (begun + data).split(b"\\n")
        for line in lines: start(line)
`;
