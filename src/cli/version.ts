declare const TENFOLD_VERSION: string | undefined;
declare const TENFOLD_SOURCES: string | undefined;

/** Version of the package; `dev` when run from sources. */
export const VERSION: string = typeof TENFOLD_VERSION === 'string' ? TENFOLD_VERSION : 'dev';

/** Name and version, as transcripts and reports carry it. */
export const TOOL = `tenfold ${VERSION}`;

/** Digest of the sources and packages that this program was built from; `null` when run from sources, which change under it. */
export const SOURCES: string | null = typeof TENFOLD_SOURCES === 'string' ? TENFOLD_SOURCES : null;
