import RealModule
import Testing

@testable import SequenceModels

@Suite struct NGramModelTests {
  let text: [Int32] = [0, 1, 0, 1, 2]

  /// (count + 1) / (count of the context + V), counted by hand.
  @Test func probabilitiesByHand() {
    let uniform = NGramModel(.uniform, vocabularySize: 3, counting: text)
    let unigram = NGramModel(.unigram, vocabularySize: 3, counting: text)
    let bigram = NGramModel(.bigram, vocabularySize: 3, counting: text)
    func distribution(_ model: NGramModel, after previous: Int32?) -> [Double] {
      (0..<3).map { model.probability(of: $0, after: previous) }
    }
    let third = 1 / 3.0
    for previous: Int32? in [nil, 0, 1, 2] {
      #expect(distribution(uniform, after: previous) == [third, third, third])
      #expect(distribution(unigram, after: previous) == [0.375, 0.375, 0.25])
    }
    #expect(distribution(bigram, after: 0) == [0.2, 0.6, 0.2])
    #expect(distribution(bigram, after: 1) == [0.4, 0.2, 0.4])
    // Nothing was seen after the last token, nor before the first.
    #expect(distribution(bigram, after: 2) == [third, third, third])
    #expect(distribution(bigram, after: nil) == [third, third, third])
  }

  @Test func lossesByHand() {
    let heldOut: [Int32] = [0, 1, 2]
    func loss(_ order: NGramModel.Order) -> Double {
      NGramModel(order, vocabularySize: 3, counting: text).meanLoss(over: heldOut)
    }
    #expect(abs(loss(.uniform) - Double.log(3)) < 1e-15)
    let unigram = -Double.log(18 / 512.0) / 3
    #expect(abs(loss(.unigram) - unigram) < 1e-15)
    // The first token has no context: two are predicted.
    let bigram = -Double.log(6 / 25.0) / 2
    #expect(abs(loss(.bigram) - bigram) < 1e-15)
  }

  /// 1,024² counts fill a table, more go into a dictionary.
  @Test(arguments: NGramModel.Order.allCases, [1, 7, 1024, 1025])
  func probabilitiesSumToOne(order: NGramModel.Order, size: Int) {
    var random = RandomSource(seed: 3)
    let text = (0..<500).map { _ in Int32(random.index(below: size)) }
    let model = NGramModel(order, vocabularySize: size, counting: text)
    for previous: Int32? in [nil, text[0], Int32(size - 1)] {
      let sum = (0..<Int32(size)).reduce(0) { $0 + model.probability(of: $1, after: previous) }
      #expect(abs(sum - 1) < 1e-12)
    }
  }

  @Test(arguments: [1024, 1025])
  func countsInATableAndInADictionaryAreTheSame(size: Int) {
    var random = RandomSource(seed: 4)
    // A few tokens at either end of the vocabulary, so that pairs come again.
    let tokens = [0, 1, 2, size - 2, size - 1].map(Int32.init)
    let text = (0..<200).map { _ in random.element(of: tokens) }
    let model = NGramModel(.bigram, vocabularySize: size, counting: text)
    for previous in tokens {
      let followers = zip(text, text.dropFirst()).filter { $0.0 == previous }.map(\.1)
      for token in tokens + [5] {
        let expected = Double(followers.count { $0 == token } + 1) / Double(followers.count + size)
        #expect(model.probability(of: token, after: previous) == expected)
      }
    }
  }
}
