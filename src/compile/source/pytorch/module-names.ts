/** Names that the file of a model cannot have: a script finds what lies beside it before Python's modules and packages. */
import { keywordsOfPython } from '../names.js';

/* `sys.stdlib_module_names` of Python 3.8 to 3.14, those that begin with a small letter. */
const ofPython =
  'abc aifc annotationlib antigravity argparse array ast asynchat asyncio asyncore atexit audioop base64 bdb binascii binhex bisect builtins bz2 calendar cgi cgitb chunk cmath cmd code codecs codeop collections colorsys compileall compression concurrent configparser contextlib contextvars copy copyreg crypt csv ctypes curses dataclasses datetime dbm decimal difflib dis distutils doctest email encodings ensurepip enum errno faulthandler fcntl filecmp fileinput fnmatch formatter fractions ftplib functools gc genericpath getopt getpass gettext glob graphlib grp gzip hashlib heapq hmac html http idlelib imaplib imghdr imp importlib inspect io ipaddress itertools json keyword lib2to3 linecache locale logging lzma macpath mailbox mailcap marshal math mimetypes mmap modulefinder msilib msvcrt multiprocessing netrc nis nntplib nt ntpath nturl2path numbers opcode operator optparse os ossaudiodev parser pathlib pdb pickle pickletools pipes pkgutil platform plistlib poplib posix posixpath pprint profile pstats pty pwd py_compile pyclbr pydoc pydoc_data pyexpat queue quopri random re readline reprlib resource rlcompleter runpy sched secrets select selectors shelve shlex shutil signal site smtpd smtplib sndhdr socket socketserver spwd sqlite3 sre_compile sre_constants sre_parse ssl stat statistics string stringprep struct subprocess sunau symbol symtable sys sysconfig syslog tabnanny tarfile telnetlib tempfile termios test textwrap this threading time timeit tkinter token tokenize tomllib trace traceback tracemalloc tty turtle turtledemo types typing unicodedata unittest urllib uu uuid venv warnings wave weakref webbrowser winreg winsound wsgiref xdrlib xml xmlrpc zipapp zipfile zipimport zlib zoneinfo';

/* What torch, numpy and safetensors import, where it is installed, and what Python looks for when it starts. */
const ofPackages =
  'attr caffe2 cffi cuda cupy dill einops expecttest filelock fsspec functorch google hypothesis intel_extension_for_pytorch isympy jinja2 markupsafe matplotlib ml_dtypes mpmath networkx numba numpy nvidia onnx onnxruntime onnxscript opt_einsum optree packaging pandas pkg_resources psutil pybind11 pydot pytest redis regex requests rich safetensors scipy setuptools sitecustomize sympy tabulate tensorboard tensorflow tensorrt torch torchaudio torchgen torchvision tqdm transformers triton typing_extensions usercustomize yaml z3';

/** Keywords, which no `import` can name, and modules that a file of that name would hide. */
export const takenModuleNames: ReadonlySet<string> = new Set([
  ...keywordsOfPython,
  ...ofPython.split(' '),
  ...ofPackages.split(' '),
]);
