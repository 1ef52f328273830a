/** `--format` and its short form `--json`, of commands that print one thing in several formats. */
import { Option } from 'commander';
import type { OutputOptions } from './output.js';

/** What commander reads of these options. */
export interface FormatOptions<Format extends string> extends OutputOptions {
  readonly format?: Format;
}

/** The option; `text` unless asked for. */
export const formatOption = (formats: readonly string[]): Option =>
  new Option('--format <name>', 'default: text').choices(formats);

/** `--json`, the same as `--format json`. */
export const jsonFormatOption = (): Option => new Option('--json', 'as --format json').conflicts('format');

/** Which format is asked for. */
export const formatOf = <Format extends string>({
  json,
  format,
}: FormatOptions<Format>): Format | 'json' | 'text' => (json === true ? 'json' : (format ?? 'text'));
