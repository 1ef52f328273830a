"""The worker's end of the bench's protocol: one request a line on the input, one marked answer a line."""

import json
import sys
import time

MARK = "@bench "


def _tell(answer):
    sys.stdout.write(MARK + json.dumps(answer) + "\n")
    sys.stdout.flush()


def serve(set_up):
    """Serves what `set_up(options)` gives: versions, a function that runs once, one that gives the checked array."""
    options = json.loads(sys.argv[1])
    try:
        versions, once, check = set_up(options)
    except Exception as caught:  # whatever stands in the way is the reason why the row is missing
        text = str(caught).strip().splitlines()
        return _tell({"missing": f"{type(caught).__name__}: {text[0][:300] if text else ''}"})
    _tell({"ready": {"versions": {"python": sys.version.split()[0], **versions}}})
    for line in sys.stdin:
        request = json.loads(line)
        try:
            if request["do"] == "run":
                start = time.perf_counter()
                once()
                _tell({"milliseconds": (time.perf_counter() - start) * 1000})
            elif request["do"] == "check":
                check().astype("<f4").tofile(request["out"])
                _tell({})
            else:
                _tell({"parts": []})
        except Exception as caught:
            _tell({"failed": f"{type(caught).__name__}: {caught}"[:300]})
    return None
