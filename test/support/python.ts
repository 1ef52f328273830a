/** Which Python tests run: the one that MASKSKIP_PYTHON names, else `python3`. */
const named = process.env['MASKSKIP_PYTHON'] ?? '';

/** The interpreter. A test that needs a package asks whether it has it, and skips with a reason where it has not. */
export const python = named === '' ? 'python3' : named;
