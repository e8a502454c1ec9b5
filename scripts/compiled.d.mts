export const ROOT: string;
export function compile(sources: readonly string[]): Promise<string>;
