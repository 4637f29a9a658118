import Testing

extension ExitTest.Result? {
  /// What a process that ended said on its standard error.
  var words: String { String(decoding: self?.standardErrorContent ?? [], as: UTF8.self) }
}
