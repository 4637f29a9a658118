import SequenceModels
import Testing

@testable import Tasks

/// Reviews of dishes and their stars.
@Suite struct DishReviewsTests {
  @Test(arguments: [
    ("the soup was good", 4), ("the soup was very good", 5), ("the soup was not good", 2),
    ("the soup was not very good", 2),
    ("the tea was not very stale", 4), ("the tea was very awful", 1), ("the tea was usual", 3),
    ("the tea was good but the room was cold", 2), ("the room was cold but the tea was very good", 4),
    ("the tea was good although the room was cold", 4), ("the tea was usual although the room was very cold", 3),
  ])
  func starsFollowTheRule(review: String, stars: Int) {
    let words = review.split(separator: " ").map(String.init)
    #expect(DishReviews.stars(of: words) == stars)
    #expect(DishReviews.grammar.logProbability(of: words) > -.infinity)
  }

  @Test func reviewsHeldOutAreNeverDrawnForTraining() {
    #expect(DishReviews.grammar.sentenceCount == 333_336)
    expectPartsApart { DishReviews.review($0, using: &$1).joined(separator: " ") }
  }
}
