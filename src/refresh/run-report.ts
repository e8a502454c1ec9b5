/** The poller as data: one run's rows of Refreshes and StreamRefreshes, growing while it runs. */
import { randomBytes } from 'node:crypto';
import { asFeedError, type FeedError } from '../errors.js';
import type { RefreshRow, StreamRefreshRow } from '../model/tenant.js';

/** Why a run began. */
export type Trigger = 'start' | 'schedule' | 'command';

/** How a run ended, or that it has not. */
export type RunStatus = 'running' | 'succeeded' | 'partial' | 'failed';

/** What became of one stream and period. */
export type PartStatus = 'renewed' | 'heldBack' | 'failed' | 'retired';

/** What is counted while one stream and period is read. */
export interface PartCounts {
  pages: number;
  rows: number;
  duplicates: number;
  rejected: number;
  retries: number;
}

/** The outcome of one stream and period. */
export interface PartOutcome {
  readonly streamId: string;
  readonly streamName: string | null;
  readonly period: string;
  readonly status: PartStatus;
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly counts: Readonly<PartCounts>;
  /** Rows that the feed shows of it after the run; null when it shows none. */
  readonly served: number | null;
  readonly error?: FeedError;
  readonly warning?: string;
}

/** Refreshes that are kept per tenant: at four a day, over three months. */
export const KEPT_REFRESHES = 400;

/** Counts before anything was read. */
export function noCounts(): PartCounts {
  return { pages: 0, rows: 0, duplicates: 0, rejected: 0, retries: 0 };
}

/** One run in the making. */
export class RunReport {
  readonly id: string;
  readonly parts: PartOutcome[] = [];
  readonly drift = new Set<string>();
  streamCount: number | null = null;
  private error: FeedError | undefined;
  private endedAt: Date | undefined;

  constructor(
    readonly tenantId: string,
    readonly trigger: Trigger,
    readonly startedAt: Date,
  ) {
    this.id = `${startedAt.toISOString().replace(/[-:]/g, '').slice(0, 15)}Z-${randomBytes(3).toString('hex')}`;
  }

  /** Ends the run because of an error that no stream can be blamed for. */
  fail(thrown: unknown): void {
    this.error = asFeedError(thrown);
  }

  end(at: Date): void {
    this.endedAt = at;
  }

  /** Ends a run of which nothing could be published. */
  abandon(thrown: unknown, at: Date): void {
    this.fail(thrown);
    this.parts.length = 0;
    this.end(at);
  }

  /** failed: nothing was renewed; partial: something kept its older rows. */
  get status(): RunStatus {
    if (this.endedAt === undefined) return 'running';
    const renewed = this.parts.filter(
      (part) => part.status === 'renewed' || part.status === 'retired',
    ).length;
    if (this.error !== undefined) return renewed > 0 ? 'partial' : 'failed';
    if (renewed === this.parts.length) return 'succeeded';
    return renewed > 0 ? 'partial' : 'failed';
  }

  /** What stopped the run, else the first stream's error; `undefined` when all went well. */
  get firstError(): FeedError | undefined {
    return this.error ?? this.parts.find((part) => part.error !== undefined)?.error;
  }

  /** The row of Refreshes. @param next when the next run is due */
  refreshRow(next: Date | undefined): RefreshRow {
    const total = (count: keyof PartCounts) => this.parts.reduce((sum, part) => sum + part.counts[count], 0);
    const error = this.firstError;
    return {
      id: this.id,
      tenantId: this.tenantId,
      trigger: this.trigger,
      status: this.status,
      startDateTime: iso(this.startedAt),
      endDateTime: this.endedAt === undefined ? null : iso(this.endedAt),
      durationSeconds:
        this.endedAt === undefined
          ? null
          : Math.round((this.endedAt.getTime() - this.startedAt.getTime()) / 1000),
      streamCount: this.streamCount,
      pageCount: total('pages'),
      rowCount: total('rows'),
      rejectedRowCount: total('rejected'),
      retryCount: total('retries'),
      errorCode: error?.code ?? null,
      errorMessage: error?.message ?? null,
      errorHint: error?.hint ?? null,
      schemaDrift: this.drift.size === 0 ? null : [...this.drift].sort().join('; '),
      nextRefreshDateTime: next === undefined ? null : iso(next),
    };
  }

  /** The rows of StreamRefreshes in key order. */
  streamRefreshRows(): StreamRefreshRow[] {
    return this.parts
      .map((part) => this.partRow(part))
      .sort((left, right) =>
        left.streamId === right.streamId
          ? left.period < right.period
            ? -1
            : 1
          : left.streamId < right.streamId
            ? -1
            : 1,
      );
  }

  private partRow(part: PartOutcome): StreamRefreshRow {
    return {
      refreshId: this.id,
      tenantId: this.tenantId,
      streamId: part.streamId,
      period: part.period,
      streamName: part.streamName,
      status: part.status,
      startDateTime: iso(part.startedAt),
      endDateTime: iso(part.endedAt),
      pageCount: part.counts.pages,
      rowCount: part.counts.rows,
      duplicateRowCount: part.counts.duplicates,
      rejectedRowCount: part.counts.rejected,
      servedRowCount: part.served,
      retryCount: part.counts.retries,
      errorCode: part.error?.code ?? null,
      errorMessage: part.error?.message ?? null,
      warning: part.warning ?? null,
    };
  }
}

/** ISO 8601 text of a moment, in UTC, with seconds. */
export function iso(moment: Date): string {
  return `${moment.toISOString().slice(0, 19)}Z`;
}
