"""Process 1 of a running stage: when it ends, the kernel ends every machine, mount and network of the stage.

Started by stage.py in process, mount and network namespaces of its own. It stays until its standard input closes,
which the kernel also does for a test that was killed. Its last argument is the stage's name, for those who use `ps`.
"""

import os
import signal

signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel collects processes that lost their parent
print("ready", flush=True)
while os.read(0, 1):
    pass
