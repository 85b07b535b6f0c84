"""What a process of a bench took, printed as JSON: seconds of CPU and of wall, and the most memory
that it and its ffmpeg held."""

import json
import resource
import time
from pathlib import Path


def tell(began: float) -> None:
    """Print it, for a process that began then by `time.perf_counter`."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    taken = {
        "cpu": sum(u.ru_utime + u.ru_stime for u in used),
        "wall": time.perf_counter() - began,
        "peak_mb": (_own_peak_kb() + used[1].ru_maxrss) / 1024,
    }
    print(json.dumps(taken))


def _own_peak_kb() -> int:
    """What this program held at most; `getrusage` would count the one it was forked from."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0])
