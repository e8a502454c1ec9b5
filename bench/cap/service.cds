using { bench } from './schema';

@readonly
service Feed @(path: '/odata') {
  @cds.query.limit: { default: 5000, max: 5000 }
  entity Apps as projection on bench.Apps;
  entity Streams as projection on bench.Streams;
}
