/** @returns What was typed for an option that takes a value; `null` when it was not. */
export const optionText = (option: unknown): string | null => (option === undefined ? null : String(option));
