// Training and evaluation are told apart by the tape: a pass on a fresh one evaluates.

/// A tape on which a pass evaluates until it is told that it trains.
public protocol TrainableTape: AnyObject, Sendable {
  /// Makes every later pass on this tape one of training: `Dropout` draws new masks for each, from streams that
  /// `random` seeds.
  ///
  /// The same seeds give the same masks, pass by pass. Without a `Dropout` in the network it changes nothing.
  func beginTraining(using random: inout RandomSource)
}
