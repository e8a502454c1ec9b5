/** The tenant that the recorded requests are replayed against: every kind of stream, every oddity, a day that stands still. */
export const SAMPLE = { seed: 7, apps: 320, streams: 6, today: new Date('2026-03-02T12:00:00Z') } as const;
