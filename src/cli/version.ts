declare const TENFOLD_VERSION: string | undefined;

/** Version of the package; `dev` when run from sources. */
export const VERSION: string = typeof TENFOLD_VERSION === 'string' ? TENFOLD_VERSION : 'dev';

/** Name and version, as transcripts and reports carry it. */
export const TOOL = `tenfold ${VERSION}`;
