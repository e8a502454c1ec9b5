namespace bench;

entity Streams {
  key id : String(36);
  displayName : String;
}

entity Apps {
  key streamId : String(36);
  key id : String(20);
  displayName : String;
  description : String;
  category : String;
  riskScore : Integer;
  userCount : Int64;
  deviceCount : Int64;
  ipAddressCount : Int64;
  transactionCount : Int64;
  uploadNetworkTrafficInBytes : Int64;
  downloadNetworkTrafficInBytes : Int64;
  firstSeenDateTime : DateTime;
  lastSeenDateTime : DateTime;
  stream : Association to Streams on stream.id = streamId;
}
