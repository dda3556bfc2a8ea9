/** `__flags`: the settings of OpenAF that job code reads and changes, with its defaults. */
const flags = {
  OJOB_SEQUENTIAL: true,
  OJOB_SHAREARGS: true,
  OJOB_HELPSIMPLEUI: false,
  OJOB_JOBSIGNORELOG: ["oJob Log", "ojob run"],
  OJOB_CONSOLE_STDERR: true,
  OJOB_INIT_ARRAY_ARGS_LIST: true,
  OJOB_CHECK_JOB_REMOVAL: false,
  OJOB_CHECK_JOB_CHANGES: false,
  OJOB_ARGS_FROM_ENVS: false,
  OAF_CLOSED: false,
  OAF_ERRSTACK: true,
  TEMPLATE_SET: true,
  VISIBLELENGTH: true,
  MD_NOMAXWIDTH: true,
  ANSICOLOR_CACHE: true,
  ANSICOLOR_ASK: true,
  OPENMETRICS_LABEL_MAX: true,
  TREE: {
    fullKeySize: true,
    fullValSize: false,
    withValues: true,
    wordWrap: true,
    compact: true,
    mono: false,
    color: true,
  },
  TABLE: { wordWrap: true, wordWrapUseSep: false, wordWrapLimitFactor: 2, bandRows: true },
  CONSOLE: { view: "tree" },
  IO: { bufferSize: 1024 },
  SH: { prefixLog: false },
  NET: { getDNSExtended: false },
  ALTERNATIVES: {},
  ALTERNATIVE_PROCESSEXPR: true,
  HTTP_DEFAULT_HEADERS: true,
  HTTP_USE_MEDIA_TYPE: false,
  HTTPD_CUSTOMURIS: {},
  HTTPD_PREFIX: {},
  SQL_QUERY_METHOD: "auto",
  PRINT_BUFFER_STREAM: 8192,
  PATH_CFN: undefined,
  PATH_SAFE: false,
  PFOREACH: { seq_thrs_ms: 6, threads_thrs: 2, waitms: 50, forceSeq: false, seq_ratio: 1 },
  YAML: { indent: 2, arrayIndent: false, lineWidth: -1, unsafe: true, perEntryNewLine: true },
};

/** A function made of parameter names and a body, which sees the globals only. */
function newFn(...parts: string[]): (...args: any[]) => any {
  return Function(...parts) as (...args: any[]) => any;
}

export const scope = { __flags: flags, newFn };
