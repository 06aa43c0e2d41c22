/** Exit codes, the highest concern first; see `docs/exit-codes.md`. */
export const EXIT_CODES_BY_CONCERN: readonly number[] = [143, 130, 129, 70, 6, 2, 4, 1, 3, 7, 5, 0];
