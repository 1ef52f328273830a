/** The target `pytorch`: a module for each model, and once what all share. */
import * as E from 'fp-ts/lib/Either.js';
import type { NamedModel, SourceFile, SourceTarget } from '../target.js';
import { lossesModule } from './losses-py.js';
import { pythonModule } from './module.js';
import { networkModule } from './network-py.js';
import { psiModule } from './psi-py.js';
import { trainingFiles } from './training.js';

/** The file of a model: a name that Python can import and that hides no module of Python's own. */
export const pythonFile = ({ file }: Pick<NamedModel, 'file'>): string => {
  const name = file.replaceAll('-', '_');
  return `${standard.has(name) ? `${name}_` : name}.py`;
};

export const pytorch: SourceTarget = {
  name: 'pytorch',
  description: 'a torch.nn.Module for each model, with psi, losses and weights files of maskskip',
  files: (model) =>
    E.map((text: string): readonly SourceFile[] => [{ path: pythonFile(model), text }])(pythonModule(model)),
  common: () => [
    { path: 'network.py', text: networkModule },
    { path: 'psi.py', text: psiModule },
    { path: 'losses.py', text: lossesModule },
    ...trainingFiles,
  ],
};

/* A file in the folder of a script comes before Python's own modules and packages. */
const standard: ReadonlySet<string> = new Set(
  'abc argparse array ast asyncio base64 bisect builtins bz2 calendar cmath cmd code codecs collections colorsys concurrent configparser contextlib copy csv ctypes curses dataclasses datetime dbm decimal difflib dis doctest email encodings enum errno faulthandler filecmp fileinput fnmatch fractions ftplib functools gc getopt getpass gettext glob graphlib grp gzip hashlib heapq hmac html http imaplib imp importlib inspect io ipaddress itertools json keyword linecache locale logging lzma mailbox marshal math mimetypes mmap modulefinder multiprocessing netrc numbers numpy onnx opcode operator optparse os pathlib pdb pickle pickletools pkgutil platform plistlib posix pprint profile pstats pty pwd pydoc queue quopri random re readline reprlib resource runpy safetensors sched secrets select selectors shelve shlex shutil signal site smtplib socket socketserver sqlite3 ssl stat statistics string stringprep struct subprocess symtable sys sysconfig syslog tarfile tempfile termios test textwrap this threading time timeit tkinter token tokenize tomllib torch trace traceback tracemalloc tty turtle types typing unicodedata unittest urllib uuid venv warnings wave weakref webbrowser wsgiref xml zipapp zipfile zipimport zlib zoneinfo'.split(
    ' ',
  ),
);
