import { AppError } from '../core/errors.ts';

/** What is asked of an executor that announces no `attach`. */
export const noLeases = (): AppError =>
	new AppError('EXECUTOR_REFUSED', 'Cannot look at executions: this executor has no `attach`, so it keeps none', {
		advice: 'Use the executor of `verify serve`',
	});
