/** Paths that a compiled folder must not name, on any system: out of it, to devices, or read by some in another way. */
export const hostilePaths: readonly string[] = [
  ...['../x.bin', '..\\x.bin', 'a/../../x.bin', 'a\\..\\..\\x.bin', '/etc/passwd', '//etc/passwd', '\\etc\\passwd'],
  ...['C:\\x.bin', 'C:/x.bin', 'C:x.bin', '\\\\server\\share\\x', '//server/share/x', '\\\\?\\C:\\x'],
  ...['%2e%2e/x.bin', '%2e%2e%2fx.bin', '..%2fx.bin', 'x.bin\0.json', '\0', '.', '..', './x.bin', 'a/./x.bin'],
  ...['a//x.bin', 'x/', '', ' x.bin', 'x.bin ', 'x.bin.', 'a.../x.bin', `${'a'.repeat(300)}.bin`, '~/x.bin'],
  ...['file:///etc/passwd', 'http://127.0.0.1/x', 'x.bin:stream', 'NUL', 'con.bin', 'a/aux', 'x\u202eb', 'x?y', 'x#y'],
]; // prettier-ignore
