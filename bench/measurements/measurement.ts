export interface MeasurementContext {
  readonly seconds: number;
  /** Of a measurement whose size may be chosen. */
  readonly items: number;
  /** For the files of the servers that it starts. */
  readonly parent: string;
  readonly say: (text: string) => void;
}

/** A measurement of this server alone that is no load of one kind. */
export interface LongMeasurement {
  readonly title: string;
  /** Resolves to a markdown table. */
  run(context: MeasurementContext): Promise<string>;
}
